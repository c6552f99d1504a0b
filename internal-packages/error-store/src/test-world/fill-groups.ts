import type { Pool } from "pg";

export interface Filling {
  environmentId: string;
  groups: number;
  days: number;
  /** The groups failed until two minutes before. */
  now: Date;
}

/** Chance is the same in every run. */
const SEED = "SELECT setseed(0.25)";

/** Groups of very different sizes, each over some stretch of the last days. */
const FILL = `
  WITH g AS (SELECT no, 'f' || lpad(no::text, 6, '0') AS fingerprint, 'task-' || no % 7 AS task, random() * $3::float8 AS age
    FROM generate_series(1, $4::integer) no),
  o AS MATERIALIZED (SELECT g.*, $2::timestamptz - interval '2 minutes' - age * random() * interval '1 day' AS at,
      CASE WHEN no % 3 = 0 THEN 'v1' ELSE 'v2' END AS version
    FROM g CROSS JOIN LATERAL generate_series(1, 1 + 800 / no)),
  groups AS (INSERT INTO error_group (environment_id, fingerprint, task_identifier, error_type, error_message, grouped_by,
      count, magnitude, first_seen, last_seen, last_seen_minute, sample_run_id, sample_at, status)
    SELECT $1, fingerprint, task, 'Error', 'message ' || CASE WHEN no % 50 = 0 THEN 'rare' WHEN no % 12 = 0 THEN 'of some' ELSE 'plain' END, '{}', count(*),
      error_magnitude(count(*)), min(at), max(at), date_trunc('minute', max(at)), 'run', max(at),
      CASE WHEN no % 20 = 0 THEN 'resolved' ELSE 'unresolved' END::error_status
    FROM o GROUP BY fingerprint, task, no RETURNING *),
  searched AS (INSERT INTO error_search SELECT environment_id, fingerprint, error_searched(error_type, error_message), status,
      magnitude, first_seen, error_hour(last_seen) FROM groups),
  minutes AS (INSERT INTO error_bucket_minute SELECT $1, fingerprint, date_trunc('minute', at), version, count(*) FROM o
    GROUP BY 2, 3, 4),
  hours AS (INSERT INTO error_bucket_hour SELECT $1, fingerprint, date_trunc('hour', at), version, count(*) FROM o
    GROUP BY 2, 3, 4),
  days AS (INSERT INTO error_bucket_day SELECT $1, fingerprint, date_trunc('day', at, 'UTC'), version, count(*) FROM o
    GROUP BY 2, 3, 4)
  INSERT INTO error_group_day SELECT $1, fingerprint, date_trunc('day', at, 'UTC'), task, count(*), error_magnitude(count(*))
  FROM o GROUP BY 2, 3, 4`;

/** Counts groups with all their buckets, as the flusher would have; they have no runs. */
export async function fillGroups(pool: Pool, { environmentId, groups, days, now }: Filling): Promise<void> {
  await pool.query("SELECT ensure_error_partitions($1::timestamptz - $2 * interval '1 day', $1)", [now, days + 2]);
  const client = await pool.connect();
  try {
    await client.query(SEED);
    await client.query(FILL, [environmentId, now, days, groups]);
  } finally {
    client.release();
  }
}
