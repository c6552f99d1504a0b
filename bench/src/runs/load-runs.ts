import type { Pool } from "pg";
import { QUEUE, TASK, type Place } from "./world.js";

const ID = (kind: string) => `'${kind}_' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 24)`;

const QUEUED = `
  WITH made AS (
    INSERT INTO run (environment_id, id, task_identifier, status, payload, payload_type, queue, options, snapshot_id)
    SELECT $1, ${ID("run")}, '${TASK}', 'QUEUED', '{"name":"Ada"}', 'application/json', '${QUEUE}', '{}', ${ID("snapshot")}
    FROM generate_series(1, $2) RETURNING *),
  placed AS (
    INSERT INTO queue_item (environment_id, run_id, task_identifier, queue, state, position, ready_at)
    SELECT environment_id, id, task_identifier, queue, 'WAITING', created_at, created_at FROM made)
  INSERT INTO run_snapshot (environment_id, run_id, id, status, execution_status, description)
  SELECT environment_id, id, snapshot_id, 'QUEUED', 'QUEUED', 'The run was queued' FROM made`;

/** Adds queued runs to an environment. */
export async function loadQueued(pool: Pool, { environmentId }: Place, count: number): Promise<void> {
  await pool.query(QUEUED, [environmentId, count]);
}

/** Hands every queued run to the place's worker and starts it, and answers what its completion would be addressed by. */
export async function startAll(pool: Pool, { environmentId, workerId, version }: Place) {
  const { rows } = await pool.query<{ runId: string; snapshotId: string }>(
    `WITH moved AS (
       UPDATE run SET status = 'EXECUTING', snapshot_id = ${ID("snapshot")}, worker_id = $2, version = $3,
         attempt_count = 1, started_at = now()
       WHERE environment_id = $1 AND status = 'QUEUED' RETURNING *),
     placed AS (
       UPDATE queue_item i SET state = 'RUNNING', deadline_at = now() + interval '1 hour'
       FROM moved WHERE i.environment_id = $1 AND i.run_id = moved.id),
     attempted AS (
       INSERT INTO run_attempt (environment_id, run_id, number, worker_id) SELECT $1, id, 1, $2 FROM moved),
     told AS (
       INSERT INTO run_snapshot (environment_id, run_id, id, status, execution_status, attempt_number, description)
       SELECT $1, id, snapshot_id, 'EXECUTING', 'EXECUTING', 1, 'Attempt 1 started' FROM moved)
     SELECT id AS "runId", snapshot_id AS "snapshotId" FROM moved`,
    [environmentId, workerId, version],
  );
  return rows;
}

/** Ends every run that is under way, and leaves the queue as autovacuum would. */
export async function emptyQueues(pool: Pool): Promise<void> {
  await pool.query(
    `UPDATE run SET status = 'CANCELED', finished_at = now() FROM queue_item i
     WHERE run.environment_id = i.environment_id AND run.id = i.run_id`,
  );
  await pool.query("DELETE FROM queue_item");
  await pool.query("VACUUM ANALYZE queue_item");
}
