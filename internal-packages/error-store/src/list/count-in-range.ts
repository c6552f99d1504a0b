import type { Parameters } from "./parameters.js";
import { type Stretch, stretchesOf, type Unit } from "./range.js";

/** Where occurrences are counted by a unit. */
export const BUCKETS: Record<Unit, string> = {
  day: "error_group_day",
  hour: "error_bucket_hour",
  minute: "error_bucket_minute",
};

interface Place {
  range: { from: number; to: number };
  environment: string;
  /** The alias of the group in scope. */
  group: string;
}

function countOf(stretch: Stretch, { range, environment, group }: Place, parameters: Parameters): string {
  const { by, from, until, untilOfEnded, ofLasting } = stretch;
  const end = () => parameters.at(range.to);
  const [first, last] = [parameters.at(from), parameters.at(untilOfEnded ?? until)];
  const conditions = [
    ...(ofLasting ? [`${group}.last_seen > ${end()}`] : []),
    ...(untilOfEnded === undefined
      ? []
      : [`(${group}.last_seen <= ${end()} OR b.bucket_at < ${parameters.at(until)})`]),
  ].map((condition) => `AND ${condition}`);
  if (by === "run") {
    return `SELECT count(*)::int AS count FROM run r WHERE r.environment_id = ${environment}
      AND r.error_fingerprint = ${group}.fingerprint AND r.error_fingerprint IS NOT NULL
      AND r.finished_at >= ${first} AND r.finished_at < ${last} ${conditions.join(" ")}`;
  }
  return `SELECT sum(b.count) AS count FROM ${BUCKETS[by]} b WHERE b.environment_id = ${environment}
    AND b.fingerprint = ${group}.fingerprint AND b.bucket_at >= ${first} AND b.bucket_at < ${last} ${conditions.join(" ")}`;
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
  const parts = stretchesOf(range, Date.now()).map((stretch) => countOf(stretch, { ...place, range }, parameters));
  return `(CASE WHEN ${group}.first_seen >= ${parameters.at(range.from)} AND ${group}.last_seen <= ${parameters.at(range.to)}
    THEN ${group}.count::float8
    ELSE (SELECT coalesce(sum(part.count), 0)::float8 FROM (${parts.join(" UNION ALL ")}) part) END)`;
}
