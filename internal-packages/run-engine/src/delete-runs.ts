import { inTransaction } from "@trigger.dev/database";
import type { ClientBase, Pool } from "pg";

/** Everything that is kept of the runs of environments. Runs first: whoever changes one locks it before the rest. */
const TABLES = [
  "run",
  "run_tag",
  "error_outbox",
  "error_group",
  "error_search",
  "error_bucket_minute",
  "error_bucket_hour",
  "error_bucket_day",
  "error_group_day",
  "error_activity",
  "queue_item",
  "run_snapshot",
  "run_attempt",
  "background_worker_task",
  "background_worker",
  "task_queue",
  "dev_presence",
  "run_span",
  "trace_usage",
  "used_token",
];

/** A request that was let in before an environment ended has written all it will by then. */
const LATE_WRITES = "1 hour";

/**
 * Deletes the runs of environments that end, and their workers and queues, in the caller's transaction. What a request
 * that is under way still writes, `deleteLateRuns` finds.
 * @param environments SQL that selects their ids by `values`
 */
export async function deleteRunsOf(client: ClientBase, environments: string, values: unknown[]): Promise<void> {
  const { rows } = await client.query<{ id: string }>(environments, values);
  const ids = rows.map(({ id }) => id);
  const ended = "INSERT INTO ended_environment (environment_id) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING";
  await client.query(ended, [ids]);
  await deleteAll(client, ids);
}

async function deleteAll(client: ClientBase, ids: readonly string[]): Promise<void> {
  for (const table of TABLES) await client.query(`DELETE FROM ${table} WHERE environment_id = ANY($1)`, [ids]);
}

/**
 * Deletes again what is left of environments that ended within the last hour: a run has no reference to its environment
 * that the database would hold, since checking it would cost each trigger a lock on one row.
 */
export async function deleteLateRuns(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ id: string }>("SELECT environment_id AS id FROM ended_environment ORDER BY 1");
  if (rows.length === 0) return;
  await inTransaction(pool, (client) =>
    deleteAll(
      client,
      rows.map(({ id }) => id),
    ),
  );
  await pool.query(`DELETE FROM ended_environment WHERE ended_at < now() - interval '${LATE_WRITES}'`);
}
