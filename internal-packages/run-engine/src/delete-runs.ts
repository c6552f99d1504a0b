import type { ClientBase } from "pg";

/** Everything that is kept of the runs of environments. Runs first: whoever changes one locks it before the rest. */
const TABLES = [
  "run",
  "error_outbox",
  "error_group",
  "error_bucket_minute",
  "error_bucket_hour",
  "error_bucket_day",
  "error_activity",
  "queue_item",
  "run_snapshot",
  "run_attempt",
  "background_worker_task",
  "background_worker",
  "task_queue",
  "dev_presence",
];

/**
 * Deletes the runs of environments that end, and their workers and queues, in the caller's transaction.
 * @param environments SQL that selects their ids by `values`
 */
export async function deleteRunsOf(client: ClientBase, environments: string, values: unknown[]): Promise<void> {
  const { rows } = await client.query<{ id: string }>(environments, values);
  const ids = rows.map(({ id }) => id);
  for (const table of TABLES) await client.query(`DELETE FROM ${table} WHERE environment_id = ANY($1)`, [ids]);
}
