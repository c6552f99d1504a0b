import { inTransaction } from "@trigger.dev/database";
import type { Pool, PoolClient } from "pg";
import { BUCKET_TABLES, countedRuns, startOfBucket } from "./counted-runs.js";
import { describeRuns } from "./describe-runs.js";
import { addToGroupDaysSql } from "./group-days.js";
import { type GroupKey, textOfKey } from "./group-key.js";
import { groupOldRuns } from "./group-old-runs.js";
import { keptAt, type Kept } from "./kept.js";
import { insertGroups, lockGroups } from "./lock-groups.js";
import { magnitudeSql } from "./magnitude.js";
import type { Arrival } from "./occurrence.js";
import { AHEAD_MS, dropPartitions, ensurePartitions } from "./partitions.js";
import type { CountScope } from "./verify-counts.js";

const AT_ONCE = 200;

const KEYS = `
  (SELECT DISTINCT environment_id AS "environmentId", error_fingerprint AS fingerprint FROM run
   WHERE error_fingerprint IS NOT NULL AND (environment_id, error_fingerprint) > ($2, $3)
     AND ($1::text IS NULL OR environment_id = $1) ORDER BY 1, 2 LIMIT ${AT_ONCE})
  UNION
  (SELECT environment_id, fingerprint FROM error_group WHERE (environment_id, fingerprint) > ($2, $3)
     AND ($1::text IS NULL OR environment_id = $1) ORDER BY 1, 2 LIMIT ${AT_ONCE})
  ORDER BY 1, 2 LIMIT ${AT_ONCE}`;

/**
 * Counts everything anew from the runs, some groups at a time, each under its lock, while failures go on being
 * counted: what is still in the outbox is left to its flusher. Failed runs without a fingerprint get theirs.
 */
export async function rebuildCounts(scope: CountScope): Promise<{ groups: number; groupedRuns: number }> {
  const { pool, retentionDays, environmentId } = scope;
  const groupedRuns = await groupOldRuns(pool, environmentId);
  const kept = keptAt(Date.now(), retentionDays);
  let groups = 0;
  let last: GroupKey | undefined = { environmentId: "", fingerprint: "" };
  while (last !== undefined) {
    const rows: GroupKey[] = (await pool.query(KEYS, [environmentId, last.environmentId, last.fingerprint])).rows;
    if (rows.length > 0) {
      await makePartitions(pool, rows, kept);
      await inTransaction(pool, (client) => recount(client, rows, kept));
    }
    groups += rows.length;
    last = rows.length === AT_ONCE ? rows.at(-1) : undefined;
  }
  await dropPartitions(pool, kept);
  return { groups, groupedRuns };
}

const KEY_TABLE = "unnest($1::text[], $2::text[]) AS k (environment_id, fingerprint)";
const OF_KEYS = `EXISTS (SELECT 1 FROM ${KEY_TABLE}
  WHERE k.environment_id = r.environment_id AND k.fingerprint = r.error_fingerprint)`;

const RECOUNT = `
  WITH counted AS (
    SELECT environment_id, fingerprint, count(*) AS count, min(at) AS first_seen, max(at) AS last_seen
    FROM (${countedRuns(OF_KEYS)}) AS runs GROUP BY 1, 2)
  UPDATE error_group g SET count = coalesce(c.count, 0),
    magnitude = CASE WHEN c.count > 0 THEN ${magnitudeSql("c.count")} ELSE 0 END,
    first_seen = coalesce(c.first_seen, g.first_seen), last_seen = coalesce(c.last_seen, g.last_seen),
    last_seen_minute = date_trunc('minute', coalesce(c.last_seen, g.last_seen))
  FROM ${KEY_TABLE} LEFT JOIN counted c ON c.environment_id = k.environment_id AND c.fingerprint = k.fingerprint
  WHERE g.environment_id = k.environment_id AND g.fingerprint = k.fingerprint`;

/** Days that have runs. */
const DAYS = `SELECT DISTINCT ${startOfBucket("at", "1 day")} AS day FROM (${countedRuns(`${OF_KEYS} AND r.finished_at >= $3`)}) AS runs`;

const columnsOf = (keys: readonly GroupKey[]): unknown[] => [
  keys.map(({ environmentId }) => environmentId),
  keys.map(({ fingerprint }) => fingerprint),
];

/** Before any group is locked: whoever makes a partition may have to wait for others who do. */
async function makePartitions(pool: Pool, keys: readonly GroupKey[], kept: Kept): Promise<void> {
  const { rows } = await pool.query<{ day: Date }>(DAYS, [...columnsOf(keys), new Date(kept.since)]);
  for (const { day } of rows) await ensurePartitions(pool, day, day);
  await ensurePartitions(pool, new Date(), new Date(Date.now() + AHEAD_MS));
}

async function recount(client: PoolClient, keys: readonly GroupKey[], kept: Kept): Promise<void> {
  await client.query("SET LOCAL statement_timeout = 0");
  const columns = columnsOf(keys);
  await makeMissing(client, columns);
  await lockGroups(client, keys);
  await client.query(RECOUNT, columns);
  for (const { table, width, unit } of BUCKET_TABLES) {
    const since = new Date(unit === "minute" ? kept.minutesSince : kept.since);
    await client.query(
      `DELETE FROM ${table} b USING ${KEY_TABLE} WHERE b.environment_id = k.environment_id AND b.fingerprint = k.fingerprint`,
      columns,
    );
    await client.query(
      `INSERT INTO ${table} (environment_id, fingerprint, bucket_at, version, count)
       SELECT environment_id, fingerprint, ${startOfBucket("at", width)}, version, count(*)
       FROM (${countedRuns(`${OF_KEYS} AND r.finished_at >= $3`)}) AS runs GROUP BY 1, 2, 3, 4`,
      [...columns, since],
    );
  }
  await client.query(
    `DELETE FROM error_group_day d USING ${KEY_TABLE} WHERE d.environment_id = k.environment_id AND d.fingerprint = k.fingerprint`,
    columns,
  );
  await client.query(
    addToGroupDaysSql(`SELECT b.environment_id, b.fingerprint, b.bucket_at, g.task_identifier, b.count
      FROM ${KEY_TABLE} JOIN error_bucket_day b USING (environment_id, fingerprint)
      JOIN error_group g USING (environment_id, fingerprint)`),
    columns,
  );
}

const MISSING = `
  SELECT k.environment_id AS "environmentId", k.fingerprint, r.id AS "runId", r.task_identifier AS "taskIdentifier",
    r.version, r.finished_at AS at
  FROM ${KEY_TABLE} CROSS JOIN LATERAL (
    SELECT * FROM run WHERE environment_id = k.environment_id AND error_fingerprint = k.fingerprint
    ORDER BY finished_at DESC, id DESC LIMIT 1) AS r
  WHERE NOT EXISTS (
    SELECT 1 FROM error_group g WHERE g.environment_id = k.environment_id AND g.fingerprint = k.fingerprint)`;

/** Groups that have runs and no row, each by the newest of its runs. */
async function makeMissing(client: PoolClient, columns: unknown[]): Promise<void> {
  const { rows } = await client.query<Arrival["newest"]>(MISSING, columns);
  const arrivals: Arrival[] = rows.map((run) => ({ ...run, occurrences: [run], first: run, newest: run }));
  const described = await describeRuns(client, arrivals);
  const groups = arrivals.flatMap((arrival) => {
    const found = described.get(textOfKey(arrival));
    return found === undefined ? [] : [{ arrival, described: found }];
  });
  await insertGroups(client, groups);
}
