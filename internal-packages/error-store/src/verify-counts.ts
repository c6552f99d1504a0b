import { inTransaction } from "@trigger.dev/database";
import type { Pool, PoolClient } from "pg";
import { BUCKET_TABLES, type BucketTable, countedRuns, startOfBucket } from "./counted-runs.js";
import { keptAt } from "./kept.js";

/** Something that does not agree with the runs. */
export interface CountDifference {
  environmentId: string;
  errorId: string;
  /** `group`: the count of all time, or when it was first or last seen. */
  where: "group" | BucketTable["unit"];
  /** Of a bucket. */
  at: Date | null;
  version: string | null;
  /** As it is stored; null where there is no such row. */
  counted: number | null;
  /** As the runs have it. */
  inRuns: number;
}

export interface Verification {
  agrees: boolean;
  /** Groups that were looked at. */
  groups: number;
  /** Failed runs that are in no group, as of before there were any. */
  ungroupedRuns: number;
  /** Failed runs that are just waiting to be counted; not a difference. */
  waiting: number;
  differences: CountDifference[];
  /** The list ends at its limit: there may be more. */
  more: boolean;
}

export interface CountScope {
  pool: Pool;
  retentionDays: number;
  /** Null: all environments. */
  environmentId: string | null;
}

const MOST_DIFFERENCES = 100;

const GROUPS = `
  WITH counted AS (
    SELECT environment_id, fingerprint, count(*) AS count, min(at) AS first_seen, max(at) AS last_seen
    FROM (${countedRuns("($1::text IS NULL OR r.environment_id = $1)")}) AS runs GROUP BY 1, 2),
  stored AS (SELECT * FROM error_group WHERE $1::text IS NULL OR environment_id = $1)
  SELECT coalesce(s.environment_id, c.environment_id) AS "environmentId",
    'error_' || coalesce(s.fingerprint, c.fingerprint) AS "errorId", 'group' AS where, NULL::timestamptz AS at,
    NULL AS version, s.count::float8 AS counted, coalesce(c.count, 0)::float8 AS "inRuns"
  FROM stored s FULL JOIN counted c ON c.environment_id = s.environment_id AND c.fingerprint = s.fingerprint
  WHERE s.count IS DISTINCT FROM coalesce(c.count, 0)
    OR c.count > 0 AND (s.first_seen <> c.first_seen OR s.last_seen <> c.last_seen)
  ORDER BY 1, 2 LIMIT ${MOST_DIFFERENCES + 1}`;

const bucketsSql = ({ table, width, unit }: BucketTable) => `
  WITH counted AS (
    SELECT environment_id, fingerprint, ${startOfBucket("at", width)} AS bucket_at, version, count(*) AS count
    FROM (${countedRuns("r.finished_at >= $2 AND ($1::text IS NULL OR r.environment_id = $1)")}) AS runs
    GROUP BY 1, 2, 3, 4),
  stored AS (SELECT * FROM ${table} WHERE bucket_at >= $2 AND ($1::text IS NULL OR environment_id = $1))
  SELECT coalesce(s.environment_id, c.environment_id) AS "environmentId",
    'error_' || coalesce(s.fingerprint, c.fingerprint) AS "errorId", '${unit}' AS where,
    coalesce(s.bucket_at, c.bucket_at) AS at, coalesce(s.version, c.version) AS version, s.count::float8 AS counted,
    coalesce(c.count, 0)::float8 AS "inRuns"
  FROM stored s FULL JOIN counted c ON c.environment_id = s.environment_id AND c.fingerprint = s.fingerprint
    AND c.bucket_at = s.bucket_at AND c.version = s.version
  WHERE s.count IS DISTINCT FROM coalesce(c.count, 0)
  ORDER BY 1, 2, 4, 5 LIMIT ${MOST_DIFFERENCES + 1}`;

/** Days of all versions beside the days that they add up. */
const GROUP_DAYS = `
  WITH counted AS (
    SELECT environment_id, fingerprint, bucket_at, sum(count) AS count FROM error_bucket_day
    WHERE bucket_at >= $2 AND ($1::text IS NULL OR environment_id = $1) GROUP BY 1, 2, 3),
  stored AS (SELECT * FROM error_group_day WHERE bucket_at >= $2 AND ($1::text IS NULL OR environment_id = $1))
  SELECT coalesce(s.environment_id, c.environment_id) AS "environmentId",
    'error_' || coalesce(s.fingerprint, c.fingerprint) AS "errorId", 'day' AS where,
    coalesce(s.bucket_at, c.bucket_at) AS at, NULL AS version, s.count::float8 AS counted,
    coalesce(c.count, 0)::float8 AS "inRuns"
  FROM stored s FULL JOIN counted c ON c.environment_id = s.environment_id AND c.fingerprint = s.fingerprint
    AND c.bucket_at = s.bucket_at
  WHERE s.count IS DISTINCT FROM coalesce(c.count, 0)
  ORDER BY 1, 2, 4 LIMIT ${MOST_DIFFERENCES + 1}`;

const TOTALS = `
  SELECT (SELECT count(*)::int FROM error_group WHERE $1::text IS NULL OR environment_id = $1) AS groups,
    (SELECT count(*)::int FROM error_outbox WHERE $1::text IS NULL OR environment_id = $1) AS waiting,
    (SELECT count(*)::int FROM run WHERE error_fingerprint IS NULL
      AND status IN ('FAILED', 'CRASHED', 'SYSTEM_FAILURE', 'TIMED_OUT')
      AND ($1::text IS NULL OR environment_id = $1)) AS "ungroupedRuns"`;

/**
 * Compares the counters with the runs, as of one instant, while everything goes on. Buckets are compared as far back as
 * they are kept.
 */
export async function verifyCounts({ pool, retentionDays, environmentId }: CountScope): Promise<Verification> {
  return inTransaction(pool, async (client) => {
    await client.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    await client.query("SET LOCAL statement_timeout = 0");
    const kept = keptAt(Date.now(), retentionDays);
    const [totals] = (
      await client.query<Pick<Verification, "groups" | "waiting" | "ungroupedRuns">>(TOTALS, [environmentId])
    ).rows;
    if (totals === undefined) throw new Error("no totals");
    const found = await differencesIn(client, GROUPS, [environmentId]);
    for (const bucket of BUCKET_TABLES) {
      const since = new Date(bucket.unit === "minute" ? kept.minutesSince : kept.since);
      found.push(...(await differencesIn(client, bucketsSql(bucket), [environmentId, since])));
    }
    found.push(...(await differencesIn(client, GROUP_DAYS, [environmentId, new Date(kept.since)])));
    const agrees = found.length === 0 && totals.ungroupedRuns === 0;
    const differences = found.slice(0, MOST_DIFFERENCES);
    return { agrees, ...totals, differences, more: found.length > differences.length };
  });
}

const differencesIn = async (client: PoolClient, sql: string, values: unknown[]): Promise<CountDifference[]> =>
  (await client.query<CountDifference>(sql, values)).rows;
