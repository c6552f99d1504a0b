import type { Pool } from "pg";
import type { Place } from "./world.js";

const AT_ONCE = 50_000;

/** Of every thousand runs 900 completed; tasks, versions and customers in turn; some of everything else. */
const FINISHED = `
  WITH made AS (
    INSERT INTO run (environment_id, id, task_identifier, status, payload, payload_type, tags, queue, version, is_test,
      options, created_at, updated_at, snapshot_id, worker_id, attempt_count, output, output_type, started_at,
      finished_at, usage_ms, batch_id, error_fingerprint)
    SELECT $1, 'run_' || substr(md5(n::text), 1, 24), task,
      (CASE WHEN n % 1000 < 900 THEN 'COMPLETED' WHEN n % 1000 < 980 THEN 'FAILED' WHEN n % 1000 < 990 THEN 'CRASHED'
        WHEN n % 1000 < 999 THEN 'CANCELED' ELSE 'EXPIRED' END)::run_status,
      '{"json":{"name":"Ada"}}', 'application/super+json', array['customer:' || n % 5000, 'plan:' || n % 3],
      'task/' || task, '20260101.' || n % 50, n % 200 = 0,
      CASE WHEN n % 500 = 0 THEN '{"machine":"large-1x","region":"eu-1"}' ELSE '{}' END::jsonb,
      at, at + interval '3 seconds', 'snapshot_' || md5(n || ' 4'), $2, 1,
      '{"json":{"greeting":"Hello Ada"}}', 'application/super+json', at + interval '1 second',
      at + interval '3 seconds', 5, CASE WHEN n % 1000 < 10 THEN 'batch_' || n / 1000 END,
      CASE WHEN n % 1000 BETWEEN 900 AND 989 THEN '1' || lpad((n % 90)::text, 23, '0') END
    FROM generate_series($3::integer, $4::integer) n,
      LATERAL (SELECT CASE WHEN n % 5000 = 0 THEN 'nightly' ELSE 'task-' || n % 20 END AS task,
        timestamptz '2026-01-01' + n * interval '5 seconds' AS at) of
    RETURNING environment_id, id, status, worker_id, created_at, snapshot_id, tags),
  tagged AS (
    INSERT INTO run_tag (environment_id, tag, created_at, run_id)
    SELECT environment_id, tag, created_at, id FROM made, unnest(tags) AS tag),
  attempted AS (
    INSERT INTO run_attempt (environment_id, run_id, number, worker_id, started_at, finished_at, answer, answer_snapshot_id)
    SELECT environment_id, id, 1, worker_id, created_at, created_at, 'RUN_FINISHED', snapshot_id FROM made)
  INSERT INTO run_snapshot (environment_id, run_id, id, status, execution_status, attempt_number, description, created_at)
  SELECT environment_id, made.id, CASE step WHEN 4 THEN snapshot_id ELSE 'snapshot_' || md5(made.id || step) END,
    CASE step WHEN 4 THEN status ELSE (array['QUEUED', 'DEQUEUED', 'EXECUTING'])[step]::run_status END,
    (array['QUEUED', 'PENDING_EXECUTING', 'EXECUTING', 'FINISHED'])[step],
    CASE step WHEN 3 THEN 1 END, 'A step of the run', created_at
  FROM made, generate_series(1, 4) step`;

/** Fills a place up with finished runs and their histories, from `from` up to `to`, and leaves the tables as autovacuum would. */
export async function loadFinished(pool: Pool, { environmentId, workerId }: Place, from: number, to: number) {
  for (let start = from; start < to; start += AT_ONCE) {
    await pool.query(FINISHED, [environmentId, workerId, start + 1, Math.min(start + AT_ONCE, to)]);
  }
  await pool.query("VACUUM ANALYZE run, run_tag, run_snapshot, run_attempt, queue_item");
  await pool.query("CHECKPOINT");
}
