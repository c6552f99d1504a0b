import type { RunResultResponseBody, RunStatus } from "@trigger.dev/core/v3";
import type { RunFailure } from "@trigger.dev/run-engine";
import { JSON_TYPE } from "./run-packet.js";

/** A row of `run`, as `RESULT_COLUMNS` selects it: what tells who may read it, and how it ended. */
export interface ResultRow {
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

export const RESULT_COLUMNS = `id, task_identifier AS "taskIdentifier", tags, batch_id AS "batchId", status,
  usage_ms AS "usageMs", output, output_type AS "outputType", error AS failure`;

const CANCELLED: RunFailure = { type: "INTERNAL_ERROR", code: "TASK_RUN_CANCELLED", message: "The run was cancelled." };

/** How a run ended that is over. */
export function runResult(run: ResultRow): RunResultResponseBody {
  const { id, taskIdentifier, output, outputType } = run;
  const common = { id, taskIdentifier, usage: { durationMs: run.usageMs } };
  if (run.status !== "COMPLETED") return { ...common, ok: false, error: run.failure ?? CANCELLED };
  return { ...common, ok: true, ...(output === null ? {} : { output }), outputType: outputType ?? JSON_TYPE };
}
