import type { PoolClient } from "pg";
import { LOCKED_RUN_COLUMNS, type LockedRun } from "./locked-run.js";
import type { Worker } from "./find-worker.js";

/**
 * What may run next, locked. A lane is a queue, or one concurrency key of it. Each lane gives its first runs, as many as
 * it has room for; queues take turns, the one that waited longest first; within a queue the older run goes first.
 * The lanes are found by skipping through the index, so that the time it takes does not grow with the runs that wait.
 */
const NEXT = `
  WITH RECURSIVE lane AS (
    (SELECT queue, concurrency_key FROM queue_item
     WHERE environment_id = $1 AND state = 'WAITING' ORDER BY queue, concurrency_key LIMIT 1)
    UNION ALL
    SELECT following.* FROM lane CROSS JOIN LATERAL (
      SELECT queue, concurrency_key FROM queue_item
      WHERE environment_id = $1 AND state = 'WAITING' AND (queue, concurrency_key) > (lane.queue, lane.concurrency_key)
      ORDER BY queue, concurrency_key LIMIT 1) following),
  open_lane AS (
    SELECT lane.queue, lane.concurrency_key, q.last_dequeued_at, least($4::integer, coalesce(q.concurrency_limit - (
      SELECT count(*) FROM queue_item busy WHERE busy.environment_id = $1 AND busy.state = 'RUNNING'
        AND busy.queue = lane.queue AND busy.concurrency_key = lane.concurrency_key), $4::integer)) AS room
    FROM lane LEFT JOIN task_queue q ON q.environment_id = $1 AND q.name = lane.queue
    WHERE q.paused_at IS NULL),
  candidate AS (
    SELECT first.*, open_lane.last_dequeued_at,
      row_number() OVER (PARTITION BY first.queue ORDER BY first.position, first.sequence) AS turn
    FROM open_lane CROSS JOIN LATERAL (
      SELECT i.run_id, i.queue, i.position, i.sequence FROM queue_item i
      WHERE i.environment_id = $1 AND i.state = 'WAITING' AND i.queue = open_lane.queue
        AND i.concurrency_key = open_lane.concurrency_key AND i.task_identifier = ANY($2)
        AND i.locked_version IN ('', $3) AND (i.expires_at IS NULL OR i.expires_at > now())
      ORDER BY i.position, i.sequence LIMIT greatest(open_lane.room, 0)) first)
  SELECT ${LOCKED_RUN_COLUMNS}, candidate.queue FROM candidate
  JOIN run r ON r.environment_id = $1 AND r.id = candidate.run_id AND r.status = 'QUEUED'
  ORDER BY candidate.turn, candidate.last_dequeued_at NULLS FIRST, candidate.position, candidate.sequence
  LIMIT $4::integer FOR UPDATE OF r SKIP LOCKED`;

/** Finds and locks at most `most` runs of an environment for a worker. */
export async function nextRuns(
  client: PoolClient,
  environmentId: string,
  { worker, most }: { worker: Worker; most: number },
): Promise<(LockedRun & { queue: string })[]> {
  const { rows } = await client.query<LockedRun & { queue: string }>({
    name: "engine-next-runs",
    text: NEXT,
    values: [environmentId, worker.tasks, worker.version, most],
  });
  return rows;
}
