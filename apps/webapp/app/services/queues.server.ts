import type {
  ListQueuesResponseBody,
  ListQueuesSearchParams,
  PauseQueueRequestBody,
  QueueItem,
} from "@trigger.dev/core/v3";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { notFound } from "../api/errors.js";
import { describeQueue, queueNameOf } from "./queue-name.js";

type Context = Pick<AppContext, "pool">;
type Caller = Pick<EnvironmentAuthentication, "environment">;

interface QueueRow {
  name: string;
  running: number;
  queued: number;
  paused: boolean;
  concurrencyLimit: number | null;
}

const DEFAULT_PAGE_SIZE = 25;

/** A queue is there once a worker has a task for it, or a run is in it, or it was paused. */
const KNOWN = `
  SELECT name FROM task_queue WHERE environment_id = $1
  UNION SELECT queue FROM background_worker_task WHERE environment_id = $1
  UNION SELECT queue FROM queue_item WHERE environment_id = $1`;

const DESCRIBE = `
  SELECT known.name, q.paused_at IS NOT NULL AS paused, q.concurrency_limit AS "concurrencyLimit",
    count(i.run_id) FILTER (WHERE i.state = 'RUNNING')::int AS running,
    count(i.run_id) FILTER (WHERE i.state = 'WAITING')::int AS queued
  FROM unnest($2::text[]) AS known (name)
  LEFT JOIN task_queue q ON q.environment_id = $1 AND q.name = known.name
  LEFT JOIN queue_item i ON i.environment_id = $1 AND i.queue = known.name
  GROUP BY known.name, q.environment_id, q.name ORDER BY known.name`;

const PAUSE = `
  INSERT INTO task_queue (environment_id, name, paused_at) VALUES ($1, $2, CASE WHEN $3 THEN now() END)
  ON CONFLICT (environment_id, name) DO UPDATE SET
    paused_at = CASE WHEN $3 THEN coalesce(task_queue.paused_at, now()) END`;

const OVERRIDE = `
  INSERT INTO task_queue (environment_id, name, concurrency_limit, overridden_at) VALUES ($1, $2, $3, now())
  ON CONFLICT (environment_id, name) DO UPDATE SET concurrency_limit = $3, overridden_at = now(),
    base_concurrency_limit = CASE WHEN task_queue.overridden_at IS NULL
      THEN task_queue.concurrency_limit ELSE task_queue.base_concurrency_limit END`;
const RESET = `
  UPDATE task_queue SET concurrency_limit = base_concurrency_limit, base_concurrency_limit = NULL, overridden_at = NULL
  WHERE environment_id = $1 AND name = $2 AND overridden_at IS NOT NULL`;

/** Lists an environment's queues by name. */
export async function listQueues(
  { pool }: Context,
  { environment }: Caller,
  { page = "1", perPage }: ListQueuesSearchParams,
): Promise<ListQueuesResponseBody> {
  const size = perPage === undefined ? DEFAULT_PAGE_SIZE : Number(perPage);
  const currentPage = Number(page);
  const { rows } = await pool.query<{ name: string }>(`SELECT name FROM (${KNOWN}) known ORDER BY name`, [
    environment.id,
  ]);
  const names = rows.map(({ name }) => name).slice((currentPage - 1) * size, currentPage * size);
  const described = await pool.query<QueueRow>(DESCRIBE, [environment.id, names]);
  return {
    data: described.rows.map(itemOf),
    pagination: { currentPage, totalPages: Math.max(1, Math.ceil(rows.length / size)), count: rows.length },
  };
}

const itemOf = ({ name, ...row }: QueueRow): QueueItem => ({ ...describeQueue(name), ...row });

/** @throws AppError 404 */
export async function retrieveQueue(
  { pool }: Context,
  { environment }: Caller,
  { reference, type }: { reference: string; type: PauseQueueRequestBody["type"] },
): Promise<QueueItem> {
  const name = queueNameOf(reference, type);
  if (name === undefined) throw notFound("Queue");
  const known = await pool.query(`SELECT FROM (${KNOWN}) known WHERE name = $2`, [environment.id, name]);
  const { rows } = await pool.query<QueueRow>(DESCRIBE, [environment.id, known.rowCount === 0 ? [] : [name]]);
  if (rows[0] === undefined) throw notFound("Queue");
  return itemOf(rows[0]);
}

/**
 * Pauses a queue, of which no run starts then, or resumes it. What is being executed goes on.
 * @throws AppError 404
 */
export async function pauseQueue(
  context: Context,
  caller: Caller,
  { reference, type, action }: PauseQueueRequestBody & { reference: string },
): Promise<QueueItem> {
  await retrieveQueue(context, caller, { reference, type });
  await context.pool.query(PAUSE, [caller.environment.id, queueNameOf(reference, type), action === "pause"]);
  return retrieveQueue(context, caller, { reference, type });
}

/**
 * Gives a queue another limit than its worker says, until it is reset; a limit of zero starts none. Null resets it.
 * @throws AppError 404
 */
export async function limitQueue(
  context: Context,
  caller: Caller,
  { reference, type, limit }: { reference: string; type: PauseQueueRequestBody["type"]; limit: number | null },
): Promise<QueueItem> {
  await retrieveQueue(context, caller, { reference, type });
  const key = [caller.environment.id, queueNameOf(reference, type)];
  await (limit === null ? context.pool.query(RESET, key) : context.pool.query(OVERRIDE, [...key, limit]));
  return retrieveQueue(context, caller, { reference, type });
}
