import type { Pool } from "pg";

/** Whoever is slower than this to end a run does not hold lists back. */
const MOST_LAG_MS = 5_000;

/**
 * Transactions that may be ending a run, oldest first: what they write down carries a time after they began. One that
 * only reads for long is none of them.
 */
const UNDER_WAY = {
  name: "errors-under-way",
  text: `SELECT clock_timestamp() AS now, min(xact_start) AS oldest FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
    AND (backend_xid IS NOT NULL OR xact_start > clock_timestamp() - interval '1 second')`,
};

const WAITING = {
  name: "errors-oldest-waiting",
  text: "SELECT min(at) AS oldest FROM error_outbox WHERE environment_id = $1",
};

/**
 * The newest instant up to which every failure of an environment is counted, in milliseconds: now, unless failures are
 * on their way. A list as of then stays the same whatever is counted later. The two looks must not be one: a run that
 * ends between them is seen by the first, under way, or by the second, in the outbox.
 */
export async function countedUntil(pool: Pool, environmentId: string): Promise<number> {
  const [underWay] = (await pool.query<{ now: Date; oldest: Date | null }>(UNDER_WAY)).rows;
  const [waiting] = (await pool.query<{ oldest: Date | null }>({ ...WAITING, values: [environmentId] })).rows;
  // Less one: a run that begins to end in this very millisecond is not known of.
  const now = Math.min(underWay?.now.getTime() ?? Number.POSITIVE_INFINITY, Date.now()) - 1;
  const pending = [underWay?.oldest, waiting?.oldest].flatMap((at) => (at ? [at.getTime() - 1] : []));
  return Math.max(Math.min(now, ...pending), now - MOST_LAG_MS);
}
