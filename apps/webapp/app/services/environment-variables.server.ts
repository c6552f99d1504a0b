import type {
  CreateEnvironmentVariableRequestBody,
  EnvironmentVariableItem,
  ImportEnvironmentVariablesRequestBody,
  UpdateEnvironmentVariableRequestBody,
  WorkerVariablesResponseBody,
} from "@trigger.dev/core/v3";
import type { Environment } from "@trigger.dev/plugins/rbac";
import { environmentVariableContext } from "@trigger.dev/rbac";
import type { ClientBase, Pool } from "pg";
import type { AppContext } from "../api/context.js";
import { AppError, notFound } from "../api/errors.js";
import { inTransaction } from "./operation.server.js";

/** What stands for the value of a secret variable, which never comes back. */
const MASK = "******";
const MOST_VARIABLES = 1000;

interface Variable {
  name: string;
  value: string;
  /** Undefined: as it was, or not secret. */
  isSecret: boolean | undefined;
}

type Context = Pick<AppContext, "prisma" | "pool" | "encryption">;

/** A branch has its parent's variables, and its own over them. */
export async function listEnvironmentVariables(
  context: Context,
  environment: Environment,
): Promise<EnvironmentVariableItem[]> {
  const parents = environment.parentId === null ? [] : await variablesOf(context, environment.parentId);
  const merged = new Map(
    [...parents, ...(await variablesOf(context, environment.id))].map((item) => [item.name, item]),
  );
  return [...merged.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function variablesOf(context: Context, environmentId: string): Promise<EnvironmentVariableItem[]> {
  const rows = await context.prisma.environmentVariable.findMany({ where: { environmentId }, take: MOST_VARIABLES });
  return Promise.all(rows.map((row) => itemOf(context, row)));
}

const itemOf = async (
  { encryption }: Context,
  row: { environmentId: string; name: string; ciphertext: string; isSecret: boolean },
): Promise<EnvironmentVariableItem> => ({
  name: row.name,
  isSecret: row.isSecret,
  value: row.isSecret
    ? MASK
    : await encryption.open(row.ciphertext, environmentVariableContext(row.environmentId, row.name)),
});

const READ_ALL = `
  SELECT environment_id AS "environmentId", name, ciphertext FROM environment_variable
  WHERE environment_id IN ($1, $2) ORDER BY environment_id = $1, name LIMIT ${2 * MOST_VARIABLES}`;

/** Every variable with its value, secret ones too: for the process that executes the environment's tasks, and nobody else. */
export async function environmentVariablesToRunWith(
  { reader, encryption }: Pick<AppContext, "reader" | "encryption">,
  { id, parentId }: Environment,
): Promise<Record<string, string>> {
  const { rows } = await reader.query<{ environmentId: string; name: string; ciphertext: string }>({
    name: "environment-variables",
    text: READ_ALL,
    values: [id, parentId],
  });
  const values: Record<string, string> = {};
  // The parent's first, so that a branch's own are over them.
  for (const { environmentId, name, ciphertext } of rows) {
    values[name] = await encryption.open(ciphertext, environmentVariableContext(environmentId, name));
  }
  return values;
}

/** What a worker may know of them before it runs a task: those that are not secret. */
export async function listWorkerVariables(
  context: Context,
  environment: Environment,
): Promise<WorkerVariablesResponseBody> {
  const open = (await listEnvironmentVariables(context, environment)).filter(({ isSecret }) => !isSecret);
  return { variables: Object.fromEntries(open.map(({ name, value }) => [name, value])) };
}

/** @throws AppError 404 */
export async function readEnvironmentVariable(
  context: Context,
  environment: Environment,
  name: string,
): Promise<EnvironmentVariableItem> {
  const all = await listEnvironmentVariables(context, environment);
  const found = all.find((item) => item.name === name);
  if (found === undefined) throw notFound("Environment variable");
  return found;
}

/** Creates a variable, or replaces the one of that name. */
export async function createEnvironmentVariable(
  context: Context,
  environment: Environment,
  { name, value, isSecret }: CreateEnvironmentVariableRequestBody,
): Promise<void> {
  const variables = [{ name, value, isSecret }];
  await store(context, context.pool, { environmentId: environment.id, variables, replace: true });
}

/** @throws AppError 404 for a variable that is not set here */
export async function updateEnvironmentVariable(
  context: Context,
  environment: Environment,
  name: string,
  { value, isSecret }: UpdateEnvironmentVariableRequestBody,
): Promise<void> {
  const changed = await context.prisma.environmentVariable.updateMany({
    where: { environmentId: environment.id, name },
    data: {
      ciphertext: context.encryption.seal(value, environmentVariableContext(environment.id, name)),
      updatedAt: new Date(),
      ...(isSecret === undefined ? {} : { isSecret }),
    },
  });
  if (changed.count === 0) throw notFound("Environment variable");
}

/** @throws AppError 404 for a variable that is not set here */
export async function deleteEnvironmentVariable(
  context: Context,
  environment: Environment,
  name: string,
): Promise<void> {
  const deleted = await context.prisma.environmentVariable.deleteMany({
    where: { environmentId: environment.id, name },
  });
  if (deleted.count === 0) throw notFound("Environment variable");
}

/** Sets many variables at once, all or none; those that exist stay unless `override`. */
export async function importEnvironmentVariables(
  context: Context,
  environment: Environment,
  { variables, parentVariables, isSecret, override = false }: ImportEnvironmentVariablesRequestBody,
): Promise<void> {
  const fromRecord = (record: Record<string, string>): Variable[] =>
    Object.entries(record).map(([name, value]) => ({ name, value, isSecret }));
  const own = Array.isArray(variables)
    ? variables.map((variable) => ({ ...variable, isSecret: variable.isSecret ?? isSecret }))
    : fromRecord(variables);
  const { id, parentId } = environment;
  await inTransaction(context, async (client) => {
    if (parentId !== null && parentVariables !== undefined) {
      const parents = fromRecord(parentVariables);
      await store(context, client, { environmentId: parentId, variables: parents, replace: override });
    }
    await store(context, client, { environmentId: id, variables: own, replace: override });
  });
}

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
  { encryption }: Pick<Context, "encryption">,
  db: ClientBase | Pool,
  { environmentId, variables, replace }: { environmentId: string; variables: Variable[]; replace: boolean },
): Promise<void> {
  const byName = new Map(variables.map((variable) => [variable.name, variable]));
  const present = await db.query<{ name: string }>(NAMES, [environmentId, MOST_VARIABLES + 1]);
  const total = new Set([...present.rows.map(({ name }) => name), ...byName.keys()]).size;
  if (total > MOST_VARIABLES) {
    throw new AppError("invalid_request", `An environment has at most ${MOST_VARIABLES} variables.`);
  }
  const rows = [...byName.values()];
  await db.query(STORE + (replace ? REPLACE : " ON CONFLICT DO NOTHING"), [
    environmentId,
    rows.map(({ name }) => name),
    rows.map(({ name, value }) => encryption.seal(value, environmentVariableContext(environmentId, name))),
    rows.map(({ isSecret }) => isSecret ?? null),
  ]);
}
