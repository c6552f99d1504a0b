import { magnitudeSql } from "./magnitude.js";

/**
 * A statement that adds to what groups counted in days, in all their versions.
 * @param days rows of `environment_id`, `fingerprint`, `bucket_at`, `task_identifier` and `count`, of one version or all
 */
export const addToGroupDaysSql = (days: string): string => `
  INSERT INTO error_group_day AS d (environment_id, fingerprint, bucket_at, task_identifier, count, magnitude)
  SELECT environment_id, fingerprint, bucket_at, task_identifier, sum(count), ${magnitudeSql("sum(count)")}
  FROM (${days}) AS day GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3
  ON CONFLICT (environment_id, fingerprint, bucket_at) DO UPDATE
    SET count = d.count + excluded.count, magnitude = ${magnitudeSql("d.count + excluded.count")}`;
