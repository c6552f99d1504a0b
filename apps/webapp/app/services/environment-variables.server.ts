import type { EnvironmentVariableItem, WorkerVariablesResponseBody } from "@trigger.dev/core/v3";
import type { Environment } from "@trigger.dev/plugins/rbac";
import { environmentVariableContext } from "@trigger.dev/rbac";
import type { AppContext } from "../api/context.js";
import { notFound } from "../api/errors.js";

/** What stands for the value of a secret variable, which never comes back. */
const MASK = "******";
/** An environment has no more. */
export const MOST_VARIABLES = 1000;

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
