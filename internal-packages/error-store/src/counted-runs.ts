/** The runs that should be in the counters: those that failed and are off the outbox. `where` is about `run r`. */
export const countedRuns = (where: string): string => `
  SELECT r.environment_id, r.error_fingerprint AS fingerprint, coalesce(r.version, '') AS version, r.finished_at AS at
  FROM run r WHERE r.error_fingerprint IS NOT NULL AND ${where} AND NOT EXISTS (
    SELECT 1 FROM error_outbox o
    WHERE o.at = r.finished_at AND o.environment_id = r.environment_id AND o.run_id = r.id)`;

/** A table of buckets: how wide they are, and since when the runs are kept in them. */
export interface BucketTable {
  table: "error_bucket_minute" | "error_bucket_hour" | "error_bucket_day";
  width: "1 minute" | "1 hour" | "1 day";
  unit: "minute" | "hour" | "day";
}

export const BUCKET_TABLES: readonly BucketTable[] = [
  { table: "error_bucket_minute", width: "1 minute", unit: "minute" },
  { table: "error_bucket_hour", width: "1 hour", unit: "hour" },
  { table: "error_bucket_day", width: "1 day", unit: "day" },
];

/** The piece of time, in UTC, that `at` is in. */
export const startOfBucket = (at: string, width: BucketTable["width"]): string =>
  `date_bin('${width}', ${at}, '2001-01-01T00:00:00Z'::timestamptz)`;
