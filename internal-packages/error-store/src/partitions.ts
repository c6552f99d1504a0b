import { inTransaction } from "@trigger.dev/database";
import type { ClientBase, Pool } from "pg";
import { DAY_MS } from "./arrivals.js";
import type { Kept } from "./kept.js";

/** Makes the partitions between two instants, where they are missing. */
export async function ensurePartitions(client: ClientBase | Pool, from: Date, to: Date): Promise<void> {
  await client.query("SELECT ensure_error_partitions($1, $2)", [from, to]);
}

/** Days that partitions are made ahead, so that a flusher seldom has to. */
export const AHEAD_MS = 7 * DAY_MS;

const LIST = `
  SELECT p.relname AS parent, c.relname AS name FROM pg_inherits i
  JOIN pg_class p ON p.oid = i.inhparent JOIN pg_class c ON c.oid = i.inhrelid
  WHERE p.relname IN ('error_bucket_minute', 'error_bucket_hour', 'error_bucket_day', 'error_group_day')
    AND pg_table_is_visible(p.oid) ORDER BY c.relname`;

/** The instant that the name of a partition says it begins at. */
function startOf(name: string): number | null {
  const [, year, month, day] = /_p(\d{4})(\d\d)(\d\d)$/.exec(name) ?? [];
  return year === undefined ? null : Date.UTC(Number(year), Number(month) - 1, Number(day));
}

/**
 * Drops the partitions that lie before what is kept; answers their names. One that is being read for long is left for
 * the next time: waiting for its lock would hold up everybody who counts.
 */
export async function dropPartitions(pool: Pool, kept: Kept): Promise<string[]> {
  const { rows } = await pool.query<{ parent: string; name: string }>(LIST);
  const old = rows.filter(({ parent, name }) => {
    const start = startOf(name);
    return start !== null && start < (parent === "error_bucket_minute" ? kept.minutesSince : kept.since);
  });
  const dropped: string[] = [];
  for (const { name } of old) if (await drop(pool, name)) dropped.push(name);
  return dropped;
}

const LOCK_NOT_AVAILABLE = "55P03";

async function drop(pool: Pool, name: string): Promise<boolean> {
  try {
    await inTransaction(pool, async (client) => {
      await client.query("SET LOCAL lock_timeout = '500ms'");
      await client.query(`DROP TABLE IF EXISTS ${client.escapeIdentifier(name)}`);
    });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === LOCK_NOT_AVAILABLE) return false;
    throw error;
  }
}
