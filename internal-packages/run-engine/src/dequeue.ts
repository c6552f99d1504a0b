import { createId } from "@trigger.dev/core/ids";
import type { PoolClient } from "pg";
import type { EngineContext } from "./engine-context.js";
import { findWorker, type Worker } from "./find-worker.js";
import type { LockedRun } from "./locked-run.js";
import { nextRuns } from "./next-runs.js";
import { inTransaction } from "@trigger.dev/database";

/** A run that is its worker's until it is silent about it. */
export interface DequeuedRun {
  runId: string;
  snapshot: { id: string; executionStatus: "PENDING_EXECUTING"; description: string; createdAt: Date };
  /** Attempts that were started before. */
  attemptCount: number;
  isTest: boolean;
}

const DESCRIPTION = "A worker took the run";

const HAND_OUT = `
  WITH taken AS (SELECT * FROM unnest($2::text[], $3::text[], $4::text[]) AS t (run_id, snapshot_id, queue)),
  moved AS (
    UPDATE run SET status = 'DEQUEUED', snapshot_id = t.snapshot_id, worker_id = $5, version = $6, updated_at = $7
    FROM taken t WHERE environment_id = $1 AND id = t.run_id
    RETURNING id, is_test AS "isTest"),
  placed AS (
    UPDATE queue_item i SET state = 'RUNNING', deadline_at = $8
    FROM taken t WHERE i.environment_id = $1 AND i.run_id = t.run_id),
  turned AS (
    INSERT INTO task_queue (environment_id, name, last_dequeued_at)
    SELECT DISTINCT $1, queue, $7::timestamptz FROM taken
    ON CONFLICT (environment_id, name) DO UPDATE SET last_dequeued_at = excluded.last_dequeued_at),
  told AS (
    INSERT INTO run_snapshot (environment_id, run_id, id, status, execution_status, description, created_at)
    SELECT $1, run_id, snapshot_id, 'DEQUEUED', 'PENDING_EXECUTING', $9, $7 FROM taken)
  SELECT * FROM moved`;

/**
 * Hands runs of an environment to a worker, at most `most`, within the limits of the environment and of the queues.
 * Null for a worker that the environment does not have.
 */
export async function dequeue(
  { pool, settings }: EngineContext,
  { environmentId, workerId, most }: { environmentId: string; workerId: string; most: number },
): Promise<{ worker: Worker; runs: DequeuedRun[] } | null> {
  const worker = await findWorker(pool, environmentId, workerId);
  if (worker === null) return null;
  // Workers ask many times a second; mostly there is nothing, and then nothing needs a lock.
  const waiting = await pool.query({
    name: "engine-anything-waiting",
    text: "SELECT 1 FROM queue_item WHERE environment_id = $1 AND state = 'WAITING' LIMIT 1",
    values: [environmentId],
  });
  if (waiting.rowCount === 0) return { worker, runs: [] };
  const runs = await inTransaction(pool, async (client) => {
    const room = await lockRoom(client, environmentId, settings.environmentConcurrency);
    if (room <= 0) return [];
    const found = await nextRuns(client, environmentId, { worker, most: Math.min(most, room) });
    return found.length === 0 ? [] : handOut(client, found, { worker, leaseMs: settings.leaseMs });
  });
  return { worker, runs };
}

/** One dequeue of an environment at a time: limits are counted, and what two count at once neither of them holds. */
async function lockRoom(client: PoolClient, environmentId: string, limit: number): Promise<number> {
  await client.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`dequeue ${environmentId}`]);
  const { rows } = await client.query<{ busy: number }>({
    name: "engine-busy",
    text: "SELECT count(*)::integer AS busy FROM queue_item WHERE environment_id = $1 AND state = 'RUNNING'",
    values: [environmentId],
  });
  return limit - (rows[0]?.busy ?? 0);
}

async function handOut(
  client: PoolClient,
  found: readonly (LockedRun & { queue: string })[],
  { worker, leaseMs }: { worker: Worker; leaseMs: number },
): Promise<DequeuedRun[]> {
  const now = new Date();
  const taken = found.map((run) => ({ run, snapshotId: createId("snapshot") }));
  const { rows } = await client.query<{ id: string; isTest: boolean }>({
    name: "engine-hand-out",
    text: HAND_OUT,
    values: [
      found[0]?.environmentId,
      taken.map(({ run }) => run.id),
      taken.map(({ snapshotId }) => snapshotId),
      taken.map(({ run }) => run.queue),
      worker.id,
      worker.version,
      now,
      new Date(now.getTime() + leaseMs),
      DESCRIPTION,
    ],
  });
  const isTest = new Map(rows.map((row) => [row.id, row.isTest]));
  return taken.map(({ run, snapshotId }) => ({
    runId: run.id,
    snapshot: { id: snapshotId, executionStatus: "PENDING_EXECUTING", description: DESCRIPTION, createdAt: now },
    attemptCount: run.attemptCount,
    isTest: isTest.get(run.id) ?? false,
  }));
}
