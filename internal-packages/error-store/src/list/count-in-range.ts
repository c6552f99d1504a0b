import type { Parameters } from "./parameters.js";
import { type Stretch, stretchesOf, type Unit } from "./range.js";

const TABLES: Record<Unit, string> = {
  day: "error_group_day",
  hour: "error_bucket_hour",
  minute: "error_bucket_minute",
};

function countOf({ by, from, until }: Stretch, place: { environment: string; group: string }, to: Parameters): string {
  const { environment, group } = place;
  const [first, last] = [to.at(from), to.at(until)];
  if (by === "run") {
    return `SELECT count(*)::int AS count FROM run r WHERE r.environment_id = ${environment}
      AND r.error_fingerprint = ${group}.fingerprint AND r.error_fingerprint IS NOT NULL
      AND r.finished_at >= ${first} AND r.finished_at < ${last}`;
  }
  return `SELECT sum(b.count) AS count FROM ${TABLES[by]} b WHERE b.environment_id = ${environment}
    AND b.fingerprint = ${group}.fingerprint AND b.bucket_at >= ${first} AND b.bucket_at < ${last}`;
}

/**
 * How often the group in scope as `group` occurred in a range, as an expression. A group that lived inside of the
 * range is not looked up at all.
 */
export function countInRange(
  range: { from: number; to: number },
  place: { environment: string; group: string },
  parameters: Parameters,
): string {
  const { group } = place;
  const parts = stretchesOf(range, Date.now()).map((stretch) => countOf(stretch, place, parameters));
  return `(CASE WHEN ${group}.first_seen >= ${parameters.at(range.from)} AND ${group}.last_seen <= ${parameters.at(range.to)}
    THEN ${group}.count::float8
    ELSE (SELECT coalesce(sum(part.count), 0)::float8 FROM (${parts.join(" UNION ALL ")}) part) END)`;
}
