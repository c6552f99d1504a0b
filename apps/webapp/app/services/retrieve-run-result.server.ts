import type { RunResultResponseBody, RunStatus } from "@trigger.dev/core/v3";
import { isId } from "@trigger.dev/core/ids";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import { isFinal, type RunFailure } from "@trigger.dev/run-engine";
import type { AppContext } from "../api/context.js";
import { AppError } from "../api/errors.js";
import { requireReadable } from "./run-access.js";
import { JSON_TYPE } from "./run-packet.js";

interface ResultRow {
  id: string;
  taskIdentifier: string;
  tags: string[];
  batchId: string | null;
  status: RunStatus;
  usageMs: number;
  output: string | null;
  outputType: string | null;
  failure: RunFailure | null;
}

const FIND = `
  SELECT id, task_identifier AS "taskIdentifier", tags, batch_id AS "batchId", status, usage_ms AS "usageMs", output,
    output_type AS "outputType", error AS failure
  FROM run WHERE environment_id = $1 AND id = $2`;

const CANCELLED: RunFailure = { type: "INTERNAL_ERROR", code: "TASK_RUN_CANCELLED", message: "The run was cancelled." };

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
  const { id, taskIdentifier, output, outputType } = run;
  const common = { id, taskIdentifier, usage: { durationMs: run.usageMs } };
  if (run.status !== "COMPLETED") return { ...common, ok: false, error: run.failure ?? CANCELLED };
  return { ...common, ok: true, ...(output === null ? {} : { output }), outputType: outputType ?? JSON_TYPE };
}
