import type { ClientBase, Pool } from "pg";

/** A version of an environment's tasks, as what it is executed by. */
export interface Worker {
  id: string;
  version: string;
  tasks: string[];
}

const FIND = `
  SELECT w.id, w.version, array(
    SELECT t.slug FROM background_worker_task t WHERE t.environment_id = w.environment_id AND t.worker_id = w.id) AS tasks
  FROM background_worker w WHERE w.environment_id = $1 AND w.id = $2`;

/** Null for a worker that is not of this environment. */
export async function findWorker(
  client: ClientBase | Pool,
  environmentId: string,
  workerId: string,
): Promise<Worker | null> {
  const { rows } = await client.query<Worker>({
    name: "engine-find-worker",
    text: FIND,
    values: [environmentId, workerId],
  });
  return rows[0] ?? null;
}
