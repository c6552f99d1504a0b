import type { PoolClient } from "pg";
import { type Bucket, bucketsOf, DAY_MS, HOUR_MS, MINUTE_MS } from "./arrivals.js";
import { addToGroupDaysSql } from "./group-days.js";
import type { Kept } from "./kept.js";
import { magnitudeSql } from "./magnitude.js";
import type { Arrival, StoredOccurrence } from "./occurrence.js";

const addTo = (table: string, first: number) => `
  INSERT INTO ${table} AS b (environment_id, fingerprint, bucket_at, version, count)
  SELECT * FROM unnest($${first}::text[], $${first + 1}::text[], $${first + 2}::timestamptz[], $${first + 3}::text[],
    $${first + 4}::integer[]) ORDER BY 1, 2, 3, 4
  ON CONFLICT (environment_id, fingerprint, bucket_at, version) DO UPDATE SET count = b.count + excluded.count`;

const ADD = `
  WITH arrived AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::integer[], $4::timestamptz[], $5::timestamptz[], $6::text[])
      AS a (environment_id, fingerprint, count, first_at, newest_at, task_identifier)),
  counted AS (
    UPDATE error_group g SET count = g.count + a.count, magnitude = ${magnitudeSql("g.count + a.count")},
      first_seen = least(g.first_seen, a.first_at), last_seen = greatest(g.last_seen, a.newest_at),
      last_seen_minute = date_trunc('minute', greatest(g.last_seen, a.newest_at))
    FROM arrived a WHERE g.environment_id = a.environment_id AND g.fingerprint = a.fingerprint),
  minutes AS (${addTo("error_bucket_minute", 7)}),
  hours AS (${addTo("error_bucket_hour", 12)}),
  days AS (${addTo("error_bucket_day", 17)})
  ${addToGroupDaysSql(`
    SELECT environment_id, fingerprint, b.bucket_at, a.task_identifier, b.count
    FROM unnest($17::text[], $18::text[], $19::timestamptz[], $21::integer[]) AS b (environment_id, fingerprint, bucket_at, count)
    JOIN arrived a USING (environment_id, fingerprint)`)}`;

const valuesOf = (buckets: readonly Bucket[]): unknown[] => [
  buckets.map(({ environmentId }) => environmentId),
  buckets.map(({ fingerprint }) => fingerprint),
  buckets.map(({ at }) => at),
  buckets.map(({ version }) => version),
  buckets.map(({ count }) => count),
];

/** Adds what arrived to the counters of locked groups, in one statement. */
export async function addCounts(client: PoolClient, arrivals: readonly Arrival[], kept: Kept): Promise<void> {
  const all: StoredOccurrence[] = arrivals.flatMap(({ occurrences }) => occurrences);
  await client.query({
    name: "errors-add-counts",
    text: ADD,
    values: [
      arrivals.map(({ environmentId }) => environmentId),
      arrivals.map(({ fingerprint }) => fingerprint),
      arrivals.map(({ occurrences }) => occurrences.length),
      arrivals.map(({ first }) => first.at),
      arrivals.map(({ newest }) => newest.at),
      arrivals.map(({ taskIdentifier }) => taskIdentifier),
      ...valuesOf(bucketsOf(all, MINUTE_MS, kept.minutesSince)),
      ...valuesOf(bucketsOf(all, HOUR_MS, kept.since)),
      ...valuesOf(bucketsOf(all, DAY_MS, kept.since)),
    ],
  });
}
