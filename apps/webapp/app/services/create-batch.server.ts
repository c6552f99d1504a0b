import type { CreateBatchRequestBody, CreateBatchResponseBody } from "@trigger.dev/core/v3";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { requireScope } from "../api/require-scope.js";
import { momentFrom } from "./moment.js";
import { isTaken } from "./operation.server.js";
import { refuseUnservedOptions } from "./refuse-unserved-options.js";

const KEY_TTL = "30d";

/** An expired key's batch gives the key up; a live one's is answered instead of a new one. */
const FREE = `
  UPDATE batch SET idempotency_key = NULL
  WHERE environment_id = $1 AND idempotency_key = $2 AND idempotency_key_expires_at <= now()`;
const INSERT = `
  INSERT INTO batch (environment_id, id, run_count, task_identifiers, idempotency_key, idempotency_key_expires_at)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (environment_id, idempotency_key) DO UPDATE SET idempotency_key = excluded.idempotency_key
  RETURNING id, run_count AS "runCount"`;

/**
 * Opens a batch, to which its items are added then. A live idempotency key answers the batch that it made.
 * @throws AppError 403 unless `batchTrigger:tasks` is covered for every task; 400 for a lifetime that is none; 501 where a
 *   run is to wait for the batch
 */
export async function createBatch(
  { pool }: Pick<AppContext, "pool">,
  caller: EnvironmentAuthentication,
  {
    id,
    runCount,
    taskIdentifiers,
    idempotencyKey,
    idempotencyKeyTTL = KEY_TTL,
    ...options
  }: CreateBatchRequestBody & { id: string },
): Promise<CreateBatchResponseBody> {
  for (const needed of taskIdentifiers?.map((task) => `batchTrigger:tasks:${task}`) ?? ["batchTrigger:tasks"]) {
    requireScope(caller, [needed]);
  }
  refuseUnservedOptions(options);
  const expiresAt = momentFrom(idempotencyKeyTTL, new Date(), "body.idempotencyKeyTTL");
  const environmentId = caller.environment.id;
  if (idempotencyKey !== undefined) await pool.query(FREE, [environmentId, idempotencyKey]);
  const { rows } = await pool
    .query<{ id: string; runCount: number }>(INSERT, [
      environmentId,
      id,
      runCount,
      [...new Set(taskIdentifiers)],
      idempotencyKey ?? null,
      idempotencyKey === undefined ? null : expiresAt,
    ])
    .catch((error: unknown) => {
      // The same request was here before.
      if (isTaken(error)) return { rows: [] };
      throw error;
    });
  const batch = rows[0] ?? { id, runCount };
  return { ...batch, isCached: batch.id !== id };
}
