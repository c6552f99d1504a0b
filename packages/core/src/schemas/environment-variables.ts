import * as z from "zod";
import { storableText } from "./text.js";

const MAX_IMPORT = 1000;

/** A name that every shell can carry. */
export const EnvironmentVariableName = z
  .string()
  .max(256)
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be letters, digits and underscores, and not start with a digit")
  .refine((name) => name !== "__proto__", "must not be __proto__, which JSON cannot carry as a name");

/** At most 64 Ki characters; may be empty. */
export const EnvironmentVariableValue = storableText(65_536);

/** A variable as it is read. The value of a secret one is masked. */
export const EnvironmentVariableItem = z.object({ name: z.string(), value: z.string(), isSecret: z.boolean() });
export type EnvironmentVariableItem = z.infer<typeof EnvironmentVariableItem>;

/** Answer of `GET /api/v1/projects/:ref/envvars/:env`. */
export const ListEnvironmentVariablesResponseBody = z.array(EnvironmentVariableItem);
export type ListEnvironmentVariablesResponseBody = z.infer<typeof ListEnvironmentVariablesResponseBody>;

/** Answer of `GET /api/v1/projects/:ref/envvars`, which the development worker asks before it starts. */
export const WorkerEnvironmentVariablesResponseBody = z.object({ variables: z.record(z.string(), z.string()) });
export type WorkerEnvironmentVariablesResponseBody = z.infer<typeof WorkerEnvironmentVariablesResponseBody>;

/** Body of `POST /api/v1/projects/:ref/envvars/:env`. */
export const CreateEnvironmentVariableRequestBody = z.object({
  name: EnvironmentVariableName,
  value: EnvironmentVariableValue,
  isSecret: z.boolean().optional(),
});
export type CreateEnvironmentVariableRequestBody = z.infer<typeof CreateEnvironmentVariableRequestBody>;

/** Body of `PUT /api/v1/projects/:ref/envvars/:env/:name`. Without `isSecret` that stays as it was. */
export const UpdateEnvironmentVariableRequestBody = z.object({
  value: EnvironmentVariableValue,
  isSecret: z.boolean().optional(),
});
export type UpdateEnvironmentVariableRequestBody = z.infer<typeof UpdateEnvironmentVariableRequestBody>;

/** The one name that a record cannot have: reading it would lose it without a word. */
const refuseProto = (value: unknown, context: z.RefinementCtx): unknown => {
  if (typeof value === "object" && value !== null && Object.hasOwn(value, "__proto__")) {
    context.addIssue({ code: "custom", message: "must not have a variable called __proto__", input: value });
    return z.NEVER;
  }
  return value;
};

const VariableRecord = z.preprocess(
  refuseProto,
  z
    .record(EnvironmentVariableName, EnvironmentVariableValue)
    .refine((variables) => Object.keys(variables).length <= MAX_IMPORT, `must have at most ${MAX_IMPORT} variables`),
);

/** Body of `POST /api/v1/projects/:ref/envvars/:env/import`. */
export const ImportEnvironmentVariablesRequestBody = z.object({
  variables: z.union([VariableRecord, z.array(CreateEnvironmentVariableRequestBody).max(MAX_IMPORT)]),
  parentVariables: VariableRecord.optional().describe("For a branch: what goes to the environment it belongs to."),
  isSecret: z.boolean().optional(),
  override: z.boolean().optional().describe("Replace variables that exist; false by default."),
});
export type ImportEnvironmentVariablesRequestBody = z.infer<typeof ImportEnvironmentVariablesRequestBody>;

/** Answer of every change of an environment variable. */
export const EnvironmentVariableChangedResponseBody = z.object({ success: z.literal(true) });
export type EnvironmentVariableChangedResponseBody = z.infer<typeof EnvironmentVariableChangedResponseBody>;

/** Answer of `GET /api/v1/projects/:ref/envvars`: what is not secret, for a worker. */
export const WorkerVariablesResponseBody = z.object({ variables: z.record(z.string(), z.string()) });
export type WorkerVariablesResponseBody = z.infer<typeof WorkerVariablesResponseBody>;
