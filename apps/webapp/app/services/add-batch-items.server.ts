import type { AddBatchItemsResponseBody, BatchItem } from "@trigger.dev/core/v3";
import { createId, isId } from "@trigger.dev/core/ids";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { notFound } from "../api/errors.js";
import { requireScope } from "../api/require-scope.js";
import { isTaken } from "./operation.server.js";
import { parseBatchItems } from "./parse-batch-items.js";
import { refuse } from "./refuse.server.js";
import { triggerTask } from "./trigger-task.server.js";

const FIND = `
  SELECT run_count AS "runCount", task_identifiers AS tasks FROM batch WHERE environment_id = $1 AND id = $2`;
const RESERVE = `
  INSERT INTO batch_item (environment_id, batch_id, index, run_id)
  SELECT $1, $2, given.index, given.run_id FROM unnest($3::int[], $4::text[]) AS given (index, run_id) ORDER BY given.index
  ON CONFLICT DO NOTHING`;
const RESERVED = `
  SELECT index, run_id AS "runId", triggered FROM batch_item
  WHERE environment_id = $1 AND batch_id = $2 AND index = ANY($3::int[])`;
const DONE = `
  UPDATE batch_item SET triggered = true, run_id = $4 WHERE environment_id = $1 AND batch_id = $2 AND index = $3`;
const SEAL = `
  UPDATE batch SET updated_at = now(), sealed_at = coalesce(sealed_at, CASE WHEN run_count = (
    SELECT count(*) FROM batch_item WHERE environment_id = $1 AND batch_id = $2 AND triggered) THEN now() END)
  WHERE environment_id = $1 AND id = $2 RETURNING sealed_at IS NOT NULL AS sealed`;

/**
 * Triggers the items of a batch that are not there yet, in the order of their indexes. A request that broke off may be
 * sent again: no item makes two runs, because each run's id is reserved before it is triggered.
 * @throws AppError 404; 400 with the problems of every line; 403 unless `batchTrigger:tasks` is covered for every task
 */
export async function addBatchItems(
  context: AppContext,
  caller: EnvironmentAuthentication,
  { batchId, text }: { batchId: string; text: string },
): Promise<AddBatchItemsResponseBody> {
  const key = [caller.environment.id, batchId];
  const batch = isId("batch", batchId) ? await findBatch(context, key) : undefined;
  if (batch === undefined) throw notFound("Batch");
  const items = parseBatchItems(text, { runCount: batch.runCount, now: new Date() });
  checkTasks(caller, batch.tasks, items);
  const reserved = await reserve(context, key, items);
  let accepted = 0;
  for (const item of items) {
    const place = reserved.get(item.index);
    if (place === undefined || place.triggered) continue;
    const runId = await triggerItem(context, caller, { item, batchId, runId: place.runId });
    await context.pool.query(DONE, [...key, item.index, runId]);
    accepted++;
  }
  const { rows } = await context.pool.query<{ sealed: boolean }>(SEAL, key);
  const itemsDeduplicated = items.length - accepted;
  return { id: batchId, itemsAccepted: accepted, itemsDeduplicated, sealed: rows[0]?.sealed ?? false };
}

async function findBatch({ pool }: Pick<AppContext, "pool">, key: string[]) {
  return (await pool.query<{ runCount: number; tasks: string[] }>(FIND, key)).rows[0];
}

function checkTasks(caller: EnvironmentAuthentication, announced: readonly string[], items: readonly BatchItem[]) {
  for (const task of new Set(items.map((item) => item.task))) {
    requireScope(caller, [`batchTrigger:tasks:${task}`]);
    if (announced.length > 0 && !announced.includes(task)) {
      throw refuse("body.task", `Invalid request: ${task} is none of the tasks that this batch was opened for`);
    }
  }
}

async function reserve({ pool }: Pick<AppContext, "pool">, key: string[], items: readonly BatchItem[]) {
  const indexes = items.map(({ index }) => index);
  await pool.query(RESERVE, [...key, indexes, items.map(() => createId("run"))]);
  const { rows } = await pool.query<{ index: number; runId: string; triggered: boolean }>(RESERVED, [...key, indexes]);
  return new Map(rows.map((row) => [row.index, row]));
}

/** The run that the item has then: the reserved one, or the one that its idempotency key found. */
async function triggerItem(
  context: AppContext,
  caller: EnvironmentAuthentication,
  { item: { task, payload, options }, batchId, runId }: { item: BatchItem; batchId: string; runId: string },
): Promise<string> {
  const body = { payload, ...(options === undefined ? {} : { options }) };
  try {
    return (await triggerTask(context, caller, task, body, { id: runId, batchId })).id;
  } catch (error) {
    // Another request with the same item was first, or one that broke off before it could say so.
    if (isTaken(error)) return runId;
    throw error;
  }
}
