import { createId } from "@trigger.dev/core/ids";
import type { Statements } from "@trigger.dev/database";
import type { NewRun } from "./trigger-run.js";

const MOST_PRIORITY_SECONDS = 31_536_000;

/** The queue that the task of a run has in the version that it is locked to, else in the current one. */
const QUEUE_OF_TASK = `
  SELECT t.queue FROM (
    SELECT environment_id, id FROM background_worker
    WHERE environment_id = g.environment_id AND (g.locked_version = '' OR version = g.locked_version)
    ORDER BY registered_at DESC LIMIT 1) w
  JOIN background_worker_task t
    ON t.environment_id = w.environment_id AND t.worker_id = w.id AND t.slug = g.task_identifier`;

/**
 * One statement, so one transaction: each run, its tags, its place in the queue and its first snapshot, or none of them. Keys are
 * taken in one order, so that no two processes wait for each other; places are given in the order in which runs came.
 */
const STORE = `
  WITH given AS (
    SELECT g.*, coalesce(g.named_queue, (${QUEUE_OF_TASK}), 'task/' || g.task_identifier) AS queue FROM unnest($1::text[], $2::text[], $3::text[], $4::run_status[], $5::text[], $6::text[], $7::text[],
      $8::text[], $9::text[], $10::text[], $11::text[], $12::timestamptz[], $13::boolean[], $14::text[], $15::text[],
      $16::timestamptz[], $17::text[], $18::timestamptz[], $19::text[], $20::text[], $21::queue_item_state[],
      $22::timestamptz[], $23::text[], $24::timestamptz[], $25::text[]) WITH ORDINALITY
      AS g (environment_id, id, task_identifier, status, payload, payload_type, metadata,
        tags, named_queue, concurrency_key, idempotency_key, idempotency_key_expires_at, is_test, options, actor,
        delay_until, ttl, created_at, snapshot_id, batch_id, place,
        position, locked_version, expires_at, description, ordinal)),
  stored AS (
    INSERT INTO run (environment_id, id, task_identifier, status, payload, payload_type, metadata, tags, queue,
      concurrency_key, idempotency_key, idempotency_key_expires_at, is_test, options, actor, delay_until, ttl,
      created_at, updated_at, snapshot_id, batch_id)
    SELECT environment_id, id, task_identifier, status, payload, payload_type, metadata,
      CASE WHEN tags IS NULL THEN '{}' ELSE array(SELECT jsonb_array_elements_text(tags::jsonb)) END, queue,
      concurrency_key, idempotency_key, idempotency_key_expires_at, is_test, options::jsonb, actor::jsonb, delay_until,
      ttl, created_at, created_at, snapshot_id, batch_id
    FROM given ORDER BY environment_id, task_identifier, idempotency_key
    ON CONFLICT (environment_id, task_identifier, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
    RETURNING environment_id, id, tags, created_at),
  tagged AS (
    INSERT INTO run_tag (environment_id, tag, created_at, run_id)
    SELECT environment_id, tag, created_at, id FROM stored, unnest(tags) AS tag ON CONFLICT DO NOTHING),
  queued AS (
    INSERT INTO queue_item (environment_id, run_id, task_identifier, queue, concurrency_key, state, position, ready_at,
      locked_version, expires_at)
    SELECT environment_id, id, task_identifier, queue, coalesce(concurrency_key, ''), place, position,
      coalesce(delay_until, given.created_at), locked_version, expires_at
    FROM given JOIN stored USING (environment_id, id) ORDER BY ordinal)
  INSERT INTO run_snapshot (environment_id, run_id, id, status, execution_status, description, created_at)
  SELECT environment_id, id, snapshot_id, status, status::text, description, given.created_at
  FROM given JOIN stored USING (environment_id, id) RETURNING run_id`;

/** Stores runs as queued, or delayed; answers for each whether it was stored: false when its idempotency key is taken. */
export async function storeRuns(writer: Statements, runs: readonly NewRun[]): Promise<boolean[]> {
  const rows = runs.map(valuesOf);
  const values = rows[0]?.map((_, column) => rows.map((row) => row[column])) ?? [];
  const stored = await writer.query<{ run_id: string }>({ name: "engine-store-runs", text: STORE, values });
  const ids = new Set(stored.rows.map((row) => row.run_id));
  return runs.map(({ id }) => ids.has(id));
}

function valuesOf(run: NewRun): unknown[] {
  const delayed = run.delayUntil !== null && run.delayUntil > run.createdAt;
  const priority = Math.max(-MOST_PRIORITY_SECONDS, Math.min(MOST_PRIORITY_SECONDS, run.priority));
  return [
    run.environmentId,
    run.id,
    run.taskIdentifier,
    delayed ? "DELAYED" : "QUEUED",
    run.payload.text,
    run.payload.type,
    run.metadata,
    run.tags.length === 0 ? null : JSON.stringify(run.tags),
    run.queue,
    run.concurrencyKey,
    run.idempotencyKey?.key ?? null,
    run.idempotencyKey?.expiresAt ?? null,
    run.isTest,
    JSON.stringify(run.options),
    run.actor === null ? null : JSON.stringify(run.actor),
    delayed ? run.delayUntil : null,
    run.ttl,
    run.createdAt,
    createId("snapshot"),
    run.batchId,
    delayed ? "DELAYED" : "WAITING",
    new Date(run.createdAt.getTime() - priority * 1000),
    run.lockedVersion ?? "",
    run.expiresAt,
    delayed ? "The run waits for its time" : "The run was queued",
  ];
}
