import { transition } from "./run-state.js";

const { from, to } = transition("QUEUED", "DEQUEUED");

/**
 * One dequeue of an environment at a time: limits are counted, and what two count at once neither of them holds. Its
 * statement joins by indexes alone, whatever PostgreSQL believes of the length of a queue, which it learns too late.
 */
export const LOCK_DEQUEUE = `
  SELECT pg_advisory_xact_lock(hashtextextended('dequeue ' || $1, 0)), set_config('enable_seqscan', 'off', true),
    set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`;

/**
 * Finds what may run next, and hands it out. A lane is a queue, or one concurrency key of it. Each lane gives its first
 * runs, as many as it has room for; queues take turns, the one that waited longest first; within a queue the older run
 * goes first. The lanes are found by skipping through the index, so that the time it takes does not grow with the runs
 * that wait. What somebody else is just changing is skipped. Runs are looked up by a key of which no part is `$1`:
 * of an environment that the statistics do not know yet, PostgreSQL would read every run there is.
 */
export const TAKE_NEXT = `
  WITH RECURSIVE lane AS (
    (SELECT queue, concurrency_key FROM queue_item
     WHERE environment_id = $1 AND state = 'WAITING' ORDER BY queue, concurrency_key LIMIT 1)
    UNION ALL
    SELECT following.* FROM lane CROSS JOIN LATERAL (
      SELECT queue, concurrency_key FROM queue_item
      WHERE environment_id = $1 AND state = 'WAITING' AND (queue, concurrency_key) > (lane.queue, lane.concurrency_key)
      ORDER BY queue, concurrency_key LIMIT 1) following),
  environment AS (
    SELECT greatest(0, least($4::integer, $5::integer - count(*))) AS room FROM (
      SELECT 1 FROM queue_item WHERE environment_id = $1 AND state = 'RUNNING' LIMIT $5) busy),
  open_lane AS (
    SELECT lane.queue, lane.concurrency_key, q.last_dequeued_at, least(environment.room, q.concurrency_limit - (
      SELECT count(*) FROM queue_item busy WHERE busy.environment_id = $1 AND busy.state = 'RUNNING'
        AND busy.queue = lane.queue AND busy.concurrency_key = lane.concurrency_key)) AS room
    FROM lane CROSS JOIN environment LEFT JOIN task_queue q ON q.environment_id = $1 AND q.name = lane.queue
    WHERE q.paused_at IS NULL),
  candidate AS (
    SELECT first.*, open_lane.last_dequeued_at,
      row_number() OVER (PARTITION BY first.queue ORDER BY first.position, first.sequence) AS turn
    FROM open_lane CROSS JOIN LATERAL (
      SELECT i.environment_id, i.run_id, i.queue, i.position, i.sequence FROM queue_item i
      WHERE i.environment_id = $1 AND i.state = 'WAITING' AND i.queue = open_lane.queue
        AND i.concurrency_key = open_lane.concurrency_key AND i.task_identifier = ANY($2)
        AND i.locked_version IN ('', $3) AND (i.expires_at IS NULL OR i.expires_at > now())
      ORDER BY i.position, i.sequence LIMIT greatest(open_lane.room, 0)) first),
  found AS (
    SELECT next.*, r.attempt_count, r.is_test
    FROM (SELECT * FROM candidate ORDER BY turn, last_dequeued_at NULLS FIRST, position, sequence) next
    CROSS JOIN LATERAL (
      SELECT attempt_count, is_test FROM run
      WHERE environment_id = next.environment_id AND id = next.run_id AND status::text = '${from}'
      FOR UPDATE SKIP LOCKED) r
    LIMIT (SELECT room FROM environment)),
  placed AS (
    SELECT *, row_number() OVER (ORDER BY turn, last_dequeued_at NULLS FIRST, position, sequence) AS place FROM found),
  taken AS (SELECT *, ($7::text[])[place] AS snapshot_id FROM placed),
  moved AS (
    UPDATE run SET status = '${to}', snapshot_id = taken.snapshot_id, worker_id = $6, version = $3, updated_at = $8
    FROM taken WHERE run.environment_id = taken.environment_id AND run.id = taken.run_id),
  held AS (
    UPDATE queue_item i SET state = 'RUNNING', deadline_at = $9
    FROM taken WHERE i.environment_id = taken.environment_id AND i.run_id = taken.run_id),
  turned AS (
    INSERT INTO task_queue (environment_id, name, last_dequeued_at)
    SELECT DISTINCT $1, queue, $8::timestamptz FROM taken
    ON CONFLICT (environment_id, name) DO UPDATE SET last_dequeued_at = excluded.last_dequeued_at),
  told AS (
    INSERT INTO run_snapshot (environment_id, run_id, id, status, execution_status, description, created_at)
    SELECT $1, run_id, snapshot_id, '${to}', 'PENDING_EXECUTING', $10, $8 FROM taken)
  SELECT run_id AS "runId", snapshot_id AS "snapshotId", attempt_count AS "attemptCount", is_test AS "isTest"
  FROM taken ORDER BY place`;
