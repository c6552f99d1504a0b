import { BUCKET_TABLES, startOfBucket } from "./counted-runs.js";
import { addToGroupDaysSql } from "./group-days.js";
import { handOverSql } from "./hand-over.js";
import { magnitudeSql } from "./magnitude.js";

const addTo = (table: string, start: string) => `
  INSERT INTO ${table} AS b (environment_id, fingerprint, bucket_at, version, count)
  SELECT environment_id, fingerprint, ${start}, coalesce(version, ''), count FROM arrived ORDER BY 1, 2, 4
  ON CONFLICT (environment_id, fingerprint, bucket_at, version) DO UPDATE SET count = b.count + excluded.count`;

const PARTITIONED = [
  { table: "error_bucket_minute", width: "day" },
  { table: "error_bucket_hour", width: "week" },
  { table: "error_bucket_day", width: "week" },
  { table: "error_group_day", width: "week" },
] as const;

const hasPartition = (table: string, at: string, start: "day" | "week") =>
  `(SELECT to_regclass('${table}_p' || to_char(date_trunc('${start}', ${at} AT TIME ZONE 'UTC'), 'YYYYMMDD')) IS NOT NULL)`;

/**
 * Parts of a statement that ends runs: counts those that failed where nothing but counters changes, and hands the
 * others over to the flusher: of a new group, of one that is resolved or ignored, of one whose sample is old. So a
 * failure that many have had before it needs one statement and one flush to disk, as a success does.
 * @param ended the part with the locked runs, whose columns are `run_id` and those of the outbox
 * @param at the time of the runs' end: now, and not before the statement began (see list/watermark.ts)
 * @returns parts of which `failed` is `ended` with `is_counted`
 */
export const countInPlaceSql = (ended: string, at: string): string => `
  groups AS MATERIALIZED (
    SELECT g.environment_id, g.fingerprint, g.status, g.sample_at, g.sample_version FROM error_group g
    WHERE (g.environment_id, g.fingerprint) IN (SELECT environment_id, fingerprint FROM ${ended})
    ORDER BY g.environment_id, g.fingerprint FOR NO KEY UPDATE OF g),
  failed AS MATERIALIZED (
    SELECT e.*, coalesce(g.status = 'unresolved' AND g.sample_at > ${at} - interval '1 hour'
        AND (g.sample_version IS NOT DISTINCT FROM e.version OR g.sample_at > ${at} - interval '1 minute')
        AND ${PARTITIONED.map(({ table, width }) => hasPartition(table, at, width)).join(" AND ")}, false) AS is_counted
    FROM ${ended} e LEFT JOIN groups g ON g.environment_id = e.environment_id AND g.fingerprint = e.fingerprint),
  handed AS (${handOverSql("failed WHERE NOT is_counted", at)}),
  arrived AS MATERIALIZED (
    SELECT environment_id, fingerprint, task_identifier, version, count(*) AS count FROM failed WHERE is_counted
    GROUP BY 1, 2, 3, 4),
  counted AS (
    UPDATE error_group g SET count = g.count + a.count, magnitude = ${magnitudeSql("g.count + a.count")},
      first_seen = least(g.first_seen, ${at}), last_seen = greatest(g.last_seen, ${at}),
      last_seen_minute = date_trunc('minute', greatest(g.last_seen, ${at}))
    FROM (SELECT environment_id, fingerprint, sum(count) AS count FROM arrived GROUP BY 1, 2) a
    WHERE g.environment_id = a.environment_id AND g.fingerprint = a.fingerprint),
  ${BUCKET_TABLES.map(({ table, width, unit }) => `${unit}s AS (${addTo(table, startOfBucket(at, width))})`).join(",\n  ")},
  group_days AS (${addToGroupDaysSql(`
    SELECT environment_id, fingerprint, ${startOfBucket(at, "1 day")} AS bucket_at, task_identifier, count FROM arrived`)})`;
