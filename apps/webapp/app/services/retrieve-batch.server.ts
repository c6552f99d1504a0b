import type { RetrieveBatchResponseBody, RunStatus } from "@trigger.dev/core/v3";
import { isId } from "@trigger.dev/core/ids";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { notFound } from "../api/errors.js";
import { statusFlags } from "./run-item.js";

interface BatchRow {
  runCount: number;
  idempotencyKey: string | null;
  sealedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

const FIND = `
  SELECT run_count AS "runCount", idempotency_key AS "idempotencyKey", sealed_at AS "sealedAt",
    created_at AS "createdAt", updated_at AS "updatedAt"
  FROM batch WHERE environment_id = $1 AND id = $2`;
const RUNS = `
  SELECT run.id, run.status FROM batch_item
  JOIN run ON run.environment_id = batch_item.environment_id AND run.id = batch_item.run_id
  WHERE batch_item.environment_id = $1 AND batch_item.batch_id = $2 AND triggered ORDER BY index`;

/**
 * Reads a batch of the caller's environment and how its runs stand.
 * @throws AppError 404
 */
export async function retrieveBatch(
  { pool }: Pick<AppContext, "pool">,
  { environment }: Pick<EnvironmentAuthentication, "environment">,
  id: string,
): Promise<RetrieveBatchResponseBody> {
  const key = [environment.id, id];
  const batch = isId("batch", id) ? (await pool.query<BatchRow>(FIND, key)).rows[0] : undefined;
  if (batch === undefined) throw notFound("Batch");
  const runs = (await pool.query<{ id: string; status: RunStatus }>(RUNS, key)).rows;
  const flags = runs.map(({ status }) => statusFlags(status));
  const over = flags.every(({ isCompleted }) => isCompleted);
  return {
    id,
    status: batch.sealedAt === null ? "PENDING" : over ? "COMPLETED" : "PROCESSING",
    ...(batch.idempotencyKey === null ? {} : { idempotencyKey: batch.idempotencyKey }),
    createdAt: batch.createdAt.toISOString(),
    updatedAt: batch.updatedAt.toISOString(),
    runCount: batch.runCount,
    runs: runs.map((run) => run.id),
    successfulRunCount: flags.filter(({ isSuccess }) => isSuccess).length,
    failedRunCount: flags.filter(({ isFailed }) => isFailed).length,
    processing: { ...(batch.sealedAt === null ? {} : { completedAt: batch.sealedAt.toISOString() }), errors: [] },
  };
}
