import type { Pool } from "pg";

/** A version of an environment's tasks, as what it is executed by. */
export interface Worker {
  id: string;
  version: string;
  tasks: string[];
}

const FIND = `
  SELECT w.id, w.version, array(
    SELECT t.slug FROM background_worker_task t WHERE t.environment_id = w.environment_id AND t.worker_id = w.id) AS tasks,
    EXISTS (SELECT 1 FROM queue_item WHERE environment_id = $1 AND state = 'WAITING') AS "anyWaiting"
  FROM background_worker w WHERE w.environment_id = $1 AND w.id = $2`;

/** A worker, and whether its environment has any run that waits; null for a worker that is not of this environment. */
export async function findWorker(
  pool: Pool,
  environmentId: string,
  workerId: string,
): Promise<(Worker & { anyWaiting: boolean }) | null> {
  const { rows } = await pool.query<Worker & { anyWaiting: boolean }>({
    name: "engine-find-worker",
    text: FIND,
    values: [environmentId, workerId],
  });
  return rows[0] ?? null;
}
