import type { Pool } from "pg";
import { floorTo } from "./range.js";

const HOURS = 24;
const HOUR_MS = 3_600_000;

const HOURLY = `
  SELECT fingerprint, bucket_at AS "bucketAt", sum(count)::int AS count FROM error_bucket_hour
  WHERE environment_id = $1 AND fingerprint = ANY($2) AND bucket_at >= $3 AND bucket_at <= $4
  GROUP BY fingerprint, bucket_at`;

/** Of each group the failures of the last 24 hours, hour by hour (UTC), the one of `now` last. */
export async function hourlyCounts(
  pool: Pool,
  groups: { environmentId: string; fingerprints: readonly string[] },
  now: number,
): Promise<ReadonlyMap<string, number[]>> {
  const last = floorTo("hour", now);
  const first = last - (HOURS - 1) * HOUR_MS;
  const counts = new Map(groups.fingerprints.map((fingerprint) => [fingerprint, Array<number>(HOURS).fill(0)]));
  if (counts.size === 0) return counts;
  const values = [groups.environmentId, [...counts.keys()], new Date(first), new Date(last)];
  const { rows } = await pool.query<{ fingerprint: string; bucketAt: Date; count: number }>({
    name: "hourly-counts",
    text: HOURLY,
    values,
  });
  for (const { fingerprint, bucketAt, count } of rows) {
    counts.get(fingerprint)?.splice((bucketAt.getTime() - first) / HOUR_MS, 1, count);
  }
  return counts;
}
