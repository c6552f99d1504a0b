import type { RunResultResponseBody } from "@trigger.dev/core/v3";
import { isId } from "@trigger.dev/core/ids";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import { isFinal } from "@trigger.dev/run-engine";
import type { AppContext } from "../api/context.js";
import { AppError } from "../api/errors.js";
import { requireReadable } from "./run-access.js";
import { RESULT_COLUMNS, type ResultRow, runResult } from "./run-result.js";

const FIND = `SELECT ${RESULT_COLUMNS} FROM run WHERE environment_id = $1 AND id = $2`;

/**
 * How a run of the caller's environment ended.
 * @throws AppError as reading the run; 404 as well while it is not over
 */
export async function retrieveRunResult(
  { pool }: Pick<AppContext, "pool">,
  { ability, environment }: Pick<EnvironmentAuthentication, "ability" | "environment">,
  runId: string,
): Promise<RunResultResponseBody> {
  const found = isId("run", runId) ? (await pool.query<ResultRow>(FIND, [environment.id, runId])).rows[0] : undefined;
  const run = requireReadable(ability, runId, found);
  if (!isFinal(run.status)) throw new AppError("not_found", "The run is not over: it has no result yet.");
  return runResult(run);
}
