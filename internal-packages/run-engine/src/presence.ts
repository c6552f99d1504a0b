import type { Pool } from "pg";

/** A connected `dev` is written down this often. */
export const PRESENCE_EVERY_MS = 5000;
const ABSENT_AFTER_SECONDS = 15;

const MARK = `
  INSERT INTO dev_presence (environment_id, seen_at) VALUES ($1, now())
  ON CONFLICT (environment_id) DO UPDATE SET seen_at = excluded.seen_at`;

/** A `dev` of this environment is connected now. */
export async function markPresent(pool: Pool, environmentId: string): Promise<void> {
  await pool.query(MARK, [environmentId]);
}

/** Whether a `dev` of this environment was connected moments ago. */
export async function isPresent(pool: Pool, environmentId: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    "SELECT 1 FROM dev_presence WHERE environment_id = $1 AND seen_at > now() - make_interval(secs => $2)",
    [environmentId, ABSENT_AFTER_SECONDS],
  );
  return rowCount === 1;
}
