import { createId } from "@trigger.dev/core/ids";
import type { Pool } from "pg";

/** A run as its trigger made it. */
export interface NewRun {
  environmentId: string;
  id: string;
  taskIdentifier: string;
  payload: { text: string | null; type: string };
  metadata: string | null;
  tags: readonly string[];
  batchId: string | null;
  queue: string;
  concurrencyKey: string | null;
  idempotencyKey: { key: string; expiresAt: Date } | null;
  isTest: boolean;
  /** The trigger's other options. */
  options: Record<string, unknown>;
  /** Who triggered it; null with an environment's key. */
  actor: unknown;
  /** Null: at once. */
  delayUntil: Date | null;
  ttl: string | null;
  /** When it expires unless it was started. */
  expiresAt: Date | null;
  /** Seconds that it goes before others of its queue. */
  priority: number;
  /** The only version that may execute it. */
  lockedVersion: string | null;
  createdAt: Date;
}

const MOST_PRIORITY_SECONDS = 31_536_000;

/** One statement, so one transaction: the run, its place in the queue and its first snapshot, or none of them. */
const INSERT = `
  WITH stored AS (
    INSERT INTO run (environment_id, id, task_identifier, status, payload, payload_type, metadata, tags, queue,
      concurrency_key, idempotency_key, idempotency_key_expires_at, is_test, options, actor, delay_until, ttl,
      created_at, updated_at, snapshot_id, batch_id)
    VALUES ($1, $2, $3, $4::run_status, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::jsonb, $15::jsonb, $16, $17, $18,
      $18, $19, $20)
    ON CONFLICT (environment_id, task_identifier, idempotency_key) DO NOTHING RETURNING id),
  queued AS (
    INSERT INTO queue_item (environment_id, run_id, task_identifier, queue, concurrency_key, state, position, ready_at,
      locked_version, expires_at)
    SELECT $1, id, $3, $9, coalesce($10, ''), $21::queue_item_state, $22, coalesce($16, $18), $23, $24 FROM stored)
  INSERT INTO run_snapshot (environment_id, run_id, id, status, execution_status, description, created_at)
  SELECT $1, id, $19, $4::run_status, $25, $26, $18 FROM stored RETURNING run_id`;

const FREE_EXPIRED_KEY = `
  UPDATE run SET idempotency_key = NULL
  WHERE environment_id = $1 AND task_identifier = $2 AND idempotency_key = $3 AND idempotency_key_expires_at <= now()`;

const FIND_BY_KEY = `
  SELECT id FROM run WHERE environment_id = $1 AND task_identifier = $2 AND idempotency_key = $3`;

/** A key can expire or be taken between our statements; more turns than this would be a bug. */
const MOST_TURNS = 5;

/**
 * Stores a run as queued, or delayed. A live idempotency key of the same environment and task answers the run it made;
 * null when others kept taking and freeing the key.
 */
export async function triggerRun(pool: Pool, run: NewRun): Promise<{ id: string; isCached: boolean } | null> {
  const values = valuesOf(run);
  const key = run.idempotencyKey?.key ?? null;
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const inserted = await pool.query({ name: "engine-trigger-run", text: INSERT, values });
    if (inserted.rowCount === 1) return { id: run.id, isCached: false };
    const freed = await pool.query(FREE_EXPIRED_KEY, [run.environmentId, run.taskIdentifier, key]);
    if (freed.rowCount === 1) continue;
    const found = await pool.query<{ id: string }>(FIND_BY_KEY, [run.environmentId, run.taskIdentifier, key]);
    if (found.rows[0]) return { id: found.rows[0].id, isCached: true };
  }
  return null;
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
    run.tags,
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
    delayed ? "DELAYED" : "QUEUED",
    delayed ? "The run waits for its time" : "The run was queued",
  ];
}
