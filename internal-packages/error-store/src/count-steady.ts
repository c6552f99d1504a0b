import type { Pool } from "pg";
import { BUCKET_TABLES, startOfBucket } from "./counted-runs.js";
import { addToGroupDaysSql } from "./group-days.js";
import { magnitudeSql } from "./magnitude.js";
import type { OccurrenceKey } from "./occurrence.js";
import { FIRST_OF_OUTBOX, type OutboxPart, valuesOfPart } from "./take-occurrences.js";

const addTo = (table: string, start: string) => `
  INSERT INTO ${table} AS b (environment_id, fingerprint, bucket_at, version, count)
  SELECT environment_id, fingerprint, ${start}, coalesce(version, ''), sum(count) FROM steady
  GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
  ON CONFLICT (environment_id, fingerprint, bucket_at, version) DO UPDATE SET count = b.count + excluded.count`;

/**
 * Counts what is steady of a part of the outbox in one statement, which brings nothing here and back: most failures are
 * of groups that are known, unresolved and have a fresh sample, of which only counters change. What else there is to
 * decide, of new, resolved or ignored groups or old samples, stays in the outbox. Groups are locked in the order of
 * their keys, as everywhere. No part is joined to another: how many rows they have is not known when it is planned.
 */
const COUNT_STEADY = `
  WITH due AS MATERIALIZED (${FIRST_OF_OUTBOX} FOR UPDATE SKIP LOCKED),
  steady AS MATERIALIZED (
    SELECT a.* FROM (
      SELECT environment_id, fingerprint, task_identifier, version, ${startOfBucket("at", "1 minute")} AS minute,
        count(*) AS count, min(at) AS first_at, max(at) AS newest_at, array_agg(at) AS ats, array_agg(run_id) AS run_ids
      FROM due GROUP BY 1, 2, 3, 4, 5) a
    JOIN error_group g ON g.environment_id = a.environment_id AND g.fingerprint = a.fingerprint
    WHERE g.status::text = 'unresolved' AND g.sample_at > a.newest_at - interval '1 hour'
      AND (g.sample_version IS NOT DISTINCT FROM a.version OR g.sample_at > a.newest_at - interval '1 minute')
      AND a.minute >= $6::timestamptz AND ${startOfBucket("a.minute", "1 day")} = ANY($7::timestamptz[])
    ORDER BY g.environment_id, g.fingerprint FOR NO KEY UPDATE OF g),
  taken AS (
    DELETE FROM error_outbox o USING (
      SELECT environment_id, unnest(ats) AS at, unnest(run_ids) AS run_id FROM steady) s
    WHERE o.environment_id = s.environment_id AND o.at = s.at AND o.run_id = s.run_id),
  counted AS (
    UPDATE error_group g SET count = g.count + a.count, magnitude = ${magnitudeSql("g.count + a.count")},
      first_seen = least(g.first_seen, a.first_at), last_seen = greatest(g.last_seen, a.newest_at),
      last_seen_minute = date_trunc('minute', greatest(g.last_seen, a.newest_at))
    FROM (SELECT environment_id, fingerprint, sum(count) AS count, min(first_at) AS first_at, max(newest_at) AS newest_at
          FROM steady GROUP BY 1, 2) a
    WHERE g.environment_id = a.environment_id AND g.fingerprint = a.fingerprint),
  ${BUCKET_TABLES.map(({ table, width, unit }) => `${unit}s AS (${addTo(table, startOfBucket("minute", width))})`).join(",\n  ")},
  group_days AS (${addToGroupDaysSql(`
    SELECT environment_id, fingerprint, ${startOfBucket("minute", "1 day")} AS bucket_at, task_identifier, count FROM steady`)})
  SELECT (SELECT count(*)::int FROM due) AS found, (SELECT coalesce(sum(count), 0)::int FROM steady) AS counted,
    at, environment_id AS "environmentId", run_id AS "runId"
  FROM due ORDER BY environment_id DESC, at DESC, run_id DESC LIMIT 1`;

export interface SteadyCount {
  /** What was looked at, and not left to another process. */
  found: number;
  counted: number;
  /** The last that was found. */
  last: OccurrenceKey | undefined;
}

/**
 * @param there.minutesSince how far back minutes are kept
 * @param there.days days whose partitions are there
 */
export async function countSteady(
  pool: Pool,
  part: OutboxPart,
  { minutesSince, days }: { minutesSince: Date; days: readonly Date[] },
): Promise<SteadyCount> {
  const { rows } = await pool.query<OccurrenceKey & { found: number; counted: number }>({
    name: "errors-count-steady",
    text: COUNT_STEADY,
    values: [...valuesOfPart(part), minutesSince, days],
  });
  const [row] = rows;
  if (row === undefined) return { found: 0, counted: 0, last: undefined };
  const { found, counted, ...last } = row;
  return { found, counted, last };
}
