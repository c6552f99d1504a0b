import type { AddBatchItemsResponseBody, BatchItem } from "@trigger.dev/core/v3";
import { createId, isId } from "@trigger.dev/core/ids";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { notFound } from "../api/errors.js";
import { PAYLOAD_BODY_LIMIT, readLineGroups } from "../api/read-body.js";
import { requireScope } from "../api/require-scope.js";
import { invalidRequest } from "../api/invalid-request.js";
import { parseBatchItems } from "./parse-batch-items.js";
import { refuseUnservedOptions } from "./refuse-unserved-options.js";
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
  UPDATE batch_item i SET triggered = true, run_id = given.run_id
  FROM unnest($3::int[], $4::text[]) AS given (index, run_id)
  WHERE i.environment_id = $1 AND i.batch_id = $2 AND i.index = given.index`;
const SEAL = `
  UPDATE batch SET updated_at = now(), sealed_at = coalesce(sealed_at, CASE WHEN run_count = (
    SELECT count(*) FROM batch_item WHERE environment_id = $1 AND batch_id = $2 AND triggered) THEN now() END)
  WHERE environment_id = $1 AND id = $2 RETURNING sealed_at IS NOT NULL AS sealed`;

/** Of a request: a thousand items, each a little smaller than what clients upload as a packet instead. */
const BODY_LIMIT = 256 * 1024 * 1024;
/** Items that are stored together, and what of them is held at once. */
const GROUP = { groupSize: 100, groupLength: 1024 * 1024, lineLimit: PAYLOAD_BODY_LIMIT };

/**
 * Triggers the items of a batch that are not there yet, in the order of their indexes within each group of lines, while
 * the request is still being read. One that broke off may be sent again: no item makes two runs, because each run's id
 * is reserved before it is triggered.
 * @throws AppError 404; 400 with the problems of a group's lines, 403 unless `batchTrigger:tasks` is covered for each
 *   of its tasks, 501 for an option that no run here would follow: nothing of that group is triggered then, and what
 *   stood before it is
 */
export async function addBatchItems(
  context: AppContext,
  caller: EnvironmentAuthentication,
  { batchId, request, recheck }: { batchId: string; request: Request; recheck: () => Promise<void> },
): Promise<AddBatchItemsResponseBody> {
  const key = [caller.environment.id, batchId];
  const batch = isId("batch", batchId) ? await findBatch(context, key) : undefined;
  if (batch === undefined) throw notFound("Batch");
  let [accepted, sent] = [0, 0];
  const lines = readLineGroups(request, { ...GROUP, limit: BODY_LIMIT, hasArrived: context.hasArrived });
  for await (const group of lines) {
    // Sending slowly must not outlive a revocation.
    if (group.first > 0) await recheck();
    const items = parseBatchItems(group, { runCount: batch.runCount, now: new Date() });
    checkTasks(caller, batch.tasks, items);
    for (const { options } of items) refuseUnservedOptions(options ?? {});
    accepted += await addItems(context, caller, { key, batchId, items });
    sent += items.length;
  }
  const { rows } = await context.pool.query<{ sealed: boolean }>(SEAL, key);
  const itemsDeduplicated = sent - accepted;
  return { id: batchId, itemsAccepted: accepted, itemsDeduplicated, sealed: rows[0]?.sealed ?? false };
}

/** Answers how many were not there yet. What is triggered at once goes to the database together. */
async function addItems(
  context: AppContext,
  caller: EnvironmentAuthentication,
  { key, batchId, items }: { key: string[]; batchId: string; items: readonly BatchItem[] },
): Promise<number> {
  if (items.length === 0) return 0;
  const reserved = await reserve(context, key, items);
  const places = items.flatMap((item) => {
    const place = reserved.get(item.index);
    return place === undefined || place.triggered ? [] : [{ item, batchId, runId: place.runId }];
  });
  const triggered = await Promise.allSettled(places.map((place) => triggerItem(context, caller, place)));
  const done = triggered.flatMap((outcome, index) => {
    const place = places[index];
    return outcome.status === "fulfilled" && place ? [{ index: place.item.index, runId: outcome.value }] : [];
  });
  await context.pool.query(DONE, [...key, done.map(({ index }) => index), done.map(({ runId }) => runId)]);
  const failed = triggered.find((outcome) => outcome.status === "rejected");
  if (failed) throw failed.reason;
  return done.length;
}

async function findBatch({ pool }: Pick<AppContext, "pool">, key: string[]) {
  return (await pool.query<{ runCount: number; tasks: string[] }>(FIND, key)).rows[0];
}

function checkTasks(caller: EnvironmentAuthentication, announced: readonly string[], items: readonly BatchItem[]) {
  for (const task of new Set(items.map((item) => item.task))) {
    requireScope(caller, [`batchTrigger:tasks:${task}`]);
    if (announced.length > 0 && !announced.includes(task)) {
      throw invalidRequest({
        path: "body.task",
        message: `${task} is none of the tasks that this batch was opened for`,
      });
    }
  }
}

async function reserve({ pool }: Pick<AppContext, "pool">, key: string[], items: readonly BatchItem[]) {
  const indexes = items.map(({ index }) => index);
  await pool.query(RESERVE, [...key, indexes, items.map(() => createId("run"))]);
  const { rows } = await pool.query<{ index: number; runId: string; triggered: boolean }>(RESERVED, [...key, indexes]);
  return new Map(rows.map((row) => [row.index, row]));
}

/** The run that the item has then: the reserved one, there already or not, or the one that its idempotency key found. */
async function triggerItem(
  context: AppContext,
  caller: EnvironmentAuthentication,
  { item: { task, payload, options }, batchId, runId }: { item: BatchItem; batchId: string; runId: string },
): Promise<string> {
  const body = { payload, ...(options === undefined ? {} : { options }) };
  return (await triggerTask(context, caller, task, body, { id: runId, batchId })).id;
}
