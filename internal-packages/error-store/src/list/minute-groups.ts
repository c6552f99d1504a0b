import { groupConditions } from "./group-conditions.js";
import { floorTo } from "./range.js";
import { KEPT, type RankScope } from "./rank-scope.js";

/** All that may be on a page of a short range, as its minutes tell; nothing when there are more of these than `most`. */
export interface Minutes {
  of: "minutes";
  most: number;
  /** Among so many minutes, groups that occurred once are left out. */
  many: number;
  /** So many groups are a page, which some more of them tell. */
  size: number;
  first: number;
}

/**
 * As `possibleGroups`, with `at_least`, too: how often a group occurred in the whole minutes of the range. Those that
 * occurred most are looked up until a page passed and some more, which tell how often the last of the page did at least
 * (`scale.floor`), and so which of the others may belong to it.
 */
export function minuteGroups({ most, many, size, first }: Minutes, scope: RankScope): string {
  const { list, environment, edge, parameters } = scope;
  const { from, to } = list.range;
  const minutes = `FROM error_bucket_minute b WHERE b.environment_id = ${environment} AND b.version >= ''
        AND b.bucket_at >= ${parameters.at(floorTo("minute", from))} AND b.bucket_at <= ${parameters.at(to)}`;
  const isWhole = `bucket_at >= ${parameters.at(from)} AND bucket_at < ${parameters.at(floorTo("minute", to))}`;
  const passing = (...conditions: string[]) => `SELECT ${KEPT}, s.at_most, s.at_least FROM summed s CROSS JOIN LATERAL (
        SELECT * FROM error_group WHERE environment_id = ${environment} AND fingerprint = s.fingerprint LIMIT 1) g
      WHERE (SELECT cut FROM unseen) < 'infinity' AND ${[...conditions, ...groupConditions(list, parameters)].join(" AND ")}`;
  const place = edge === undefined ? "" : `${parameters.add(edge.value)}::float8`;
  // Those that may lie on either side of the edge tell nothing of how far the page goes.
  const [isBeyond, isAcross] =
    edge === undefined
      ? ["true", "false"]
      : [`s.at_most < ${place}`, `(s.at_most >= ${place} AND s.at_least <= ${place})`];
  const page =
    edge?.direction === "before"
      ? `scale AS (SELECT greatest(1, ${place}) AS floor),
    possible AS MATERIALIZED (${passing("s.at_most >= (SELECT floor FROM scale)")})`
      : `first AS MATERIALIZED (${passing(isBeyond)} ORDER BY s.at_most DESC LIMIT ${first}),
    scale AS MATERIALIZED (
      SELECT greatest(1, (SELECT at_least FROM first ORDER BY at_least DESC OFFSET ${size - 1} LIMIT 1)) AS floor,
        CASE WHEN count(*) < ${first} THEN 0 ELSE min(at_most) END AS at_most FROM first),
    possible AS MATERIALIZED (SELECT * FROM first UNION ALL
      ${passing(
        "(SELECT floor FROM scale) > (SELECT cut FROM unseen)",
        "s.at_most >= (SELECT floor FROM scale)",
        `(s.at_most <= (SELECT at_most FROM scale) OR ${isAcross})`,
        "NOT EXISTS (SELECT FROM first WHERE first.fingerprint = s.fingerprint)",
      )})`;
  // All minutes together are a row of their own, with no fingerprint, before the groups.
  return `left_out AS MATERIALIZED (SELECT CASE WHEN EXISTS (SELECT ${minutes} OFFSET ${many}) THEN 1 ELSE 0 END AS count),
    summed AS MATERIALIZED (
      SELECT fingerprint, sum(count)::float8 AS at_most, coalesce(sum(count) FILTER (WHERE ${isWhole}), 0)::float8 AS at_least,
        count(*)::int AS minutes
      FROM (SELECT b.fingerprint, b.bucket_at, b.count ${minutes} LIMIT ${most + 1}) recent
      GROUP BY GROUPING SETS ((), (fingerprint)) HAVING fingerprint IS NULL OR sum(count) > (SELECT count FROM left_out)
      ORDER BY at_most DESC),
    unseen AS MATERIALIZED (
      SELECT CASE WHEN minutes > ${most} THEN 'infinity'::float8 ELSE (SELECT count FROM left_out) END AS cut,
        0::float8 AS skipped, 1::float8 AS share FROM summed WHERE fingerprint IS NULL LIMIT 1),
    ${page}`;
}
