import type {
  CreateEnvironmentVariableRequestBody,
  ImportEnvironmentVariablesRequestBody,
  UpdateEnvironmentVariableRequestBody,
} from "@trigger.dev/core/v3";
import type { Environment, Organization } from "@trigger.dev/plugins/rbac";
import { environmentVariableContext } from "@trigger.dev/rbac";
import type { ClientBase } from "pg";
import type { Caller } from "../api/authenticate.js";
import type { AppContext } from "../api/context.js";
import { AppError, notFound } from "../api/errors.js";
import { auditCredential } from "./audit.server.js";
import { MOST_VARIABLES } from "./environment-variables.server.js";
import { auditChange, inTransaction } from "./operation.server.js";

/** Whose variables change, and on whose word. */
export interface VariablesOf {
  organization: Organization;
  environment: Environment;
  caller: Caller;
}

interface Variable {
  name: string;
  value: string;
  /** Undefined: as it was, or not secret. */
  isSecret: boolean | undefined;
}

/** Named in the trail one by one at most. */
const MOST_NAMED = 100;

/** Creates a variable, or replaces the one of that name. */
export async function createEnvironmentVariable(
  context: AppContext,
  of: VariablesOf,
  { name, value, isSecret }: CreateEnvironmentVariableRequestBody,
): Promise<void> {
  const variables = [{ name, value, isSecret }];
  await inTransaction(context, async (client) => {
    await store(context, client, { environmentId: of.environment.id, variables, replace: true });
    await writeDown(context, client, { of, verb: "set", detail: { name } });
  });
}

/** @throws AppError 404 for a variable that is not set here */
export async function updateEnvironmentVariable(
  context: AppContext,
  of: VariablesOf,
  { name, value, isSecret }: UpdateEnvironmentVariableRequestBody & { name: string },
): Promise<void> {
  const { id } = of.environment;
  await inTransaction(context, async (client) => {
    const changed = await client.query(
      `UPDATE environment_variable SET ciphertext = $3, updated_at = now(), is_secret = coalesce($4, is_secret)
       WHERE environment_id = $1 AND name = $2`,
      [id, name, context.encryption.seal(value, environmentVariableContext(id, name)), isSecret ?? null],
    );
    if (changed.rowCount === 0) throw notFound("Environment variable");
    await writeDown(context, client, { of, verb: "set", detail: { name } });
  });
}

/** @throws AppError 404 for a variable that is not set here */
export async function deleteEnvironmentVariable(context: AppContext, of: VariablesOf, name: string): Promise<void> {
  await inTransaction(context, async (client) => {
    const deleted = await client.query("DELETE FROM environment_variable WHERE environment_id = $1 AND name = $2", [
      of.environment.id,
      name,
    ]);
    if (deleted.rowCount === 0) throw notFound("Environment variable");
    await writeDown(context, client, { of, verb: "delete", detail: { name } });
  });
}

/** Sets many variables at once, all or none; those that exist stay unless `override`. */
export async function importEnvironmentVariables(
  context: AppContext,
  of: VariablesOf,
  { variables, parentVariables, isSecret, override = false }: ImportEnvironmentVariablesRequestBody,
): Promise<void> {
  const fromRecord = (record: Record<string, string>): Variable[] =>
    Object.entries(record).map(([name, value]) => ({ name, value, isSecret }));
  const own = Array.isArray(variables)
    ? variables.map((variable) => ({ ...variable, isSecret: variable.isSecret ?? isSecret }))
    : fromRecord(variables);
  const { id, parentId } = of.environment;
  const parents = parentId !== null && parentVariables !== undefined ? fromRecord(parentVariables) : [];
  await inTransaction(context, async (client) => {
    if (parentId !== null && parents.length > 0) {
      await store(context, client, { environmentId: parentId, variables: parents, replace: override });
    }
    await store(context, client, { environmentId: id, variables: own, replace: override });
    const names = own.map(({ name }) => name).slice(0, MOST_NAMED);
    const detail = { names, count: own.length, parents: parents.length, override };
    await writeDown(context, client, { of, verb: "import", detail });
  });
}

/** What was changed by whom; never a value. */
const writeDown = (
  context: AppContext,
  client: ClientBase,
  { of, verb, detail }: { of: VariablesOf; verb: "set" | "delete" | "import"; detail: Record<string, unknown> },
): Promise<void> =>
  auditChange(client, context, {
    action: `environment-variable.${verb}`,
    organizationId: of.organization.id,
    target: of.environment.id,
    detail: { environment: of.environment.slug, ...detail },
    by: { userId: of.caller.user?.id ?? null, credential: auditCredential(of.caller) },
  });

const STORE = `
  INSERT INTO environment_variable (environment_id, name, ciphertext, is_secret)
  SELECT $1, name, ciphertext, coalesce(is_secret, false)
  FROM unnest($2::text[], $3::text[], $4::boolean[]) AS given (name, ciphertext, is_secret)
  ORDER BY name`;

// A change that does not say leaves a secret secret.
const REPLACE = `
  ON CONFLICT (environment_id, name) DO UPDATE SET ciphertext = excluded.ciphertext, updated_at = now(),
    is_secret = environment_variable.is_secret OR excluded.is_secret`;

const NAMES = "SELECT name FROM environment_variable WHERE environment_id = $1 LIMIT $2";

async function store(
  { encryption }: Pick<AppContext, "encryption">,
  client: ClientBase,
  { environmentId, variables, replace }: { environmentId: string; variables: Variable[]; replace: boolean },
): Promise<void> {
  const byName = new Map(variables.map((variable) => [variable.name, variable]));
  const present = await client.query<{ name: string }>(NAMES, [environmentId, MOST_VARIABLES + 1]);
  const total = new Set([...present.rows.map(({ name }) => name), ...byName.keys()]).size;
  if (total > MOST_VARIABLES) {
    throw new AppError("invalid_request", `An environment has at most ${MOST_VARIABLES} variables.`);
  }
  const rows = [...byName.values()];
  await client.query(STORE + (replace ? REPLACE : " ON CONFLICT DO NOTHING"), [
    environmentId,
    rows.map(({ name }) => name),
    rows.map(({ name, value }) => encryption.seal(value, environmentVariableContext(environmentId, name))),
    rows.map(({ isSecret }) => isSecret ?? null),
  ]);
}
