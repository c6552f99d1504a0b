import { countInRange } from "./count-in-range.js";
import { groupConditions } from "./group-conditions.js";
import { KEPT, type RankScope } from "./rank-scope.js";

/** The first ranks of each day, down to where they tell a page. */
export interface FirstPassing {
  of: "firstPassing";
  /** So many ranks of each day. */
  depth: number;
  /** So many groups are a page, which some more of them tell. */
  size: number;
  first: number;
  /** Where fewer than a page passed: of how often the group at a rank may have occurred, how much the last of a page there did. */
  times: number;
}

/**
 * As `possibleGroups`: the ranks are looked up in their order until a page passed and some more. These are counted, which
 * is the `value` of a possible group, and tell how often the last of the page occurred at least (`scale.floor`): of the other
 * ranks those are looked up that may have occurred as often. One statement, so that nothing is looked up twice.
 */
export function firstPassing({ depth, size, first }: FirstPassing, scope: RankScope): string {
  const { list, environment, days, parameters } = scope;
  const passing = (of: string, columns: string) => `SELECT ${KEPT}, ${columns} FROM ${of} CROSS JOIN LATERAL (
        SELECT * FROM error_group WHERE environment_id = ${environment} AND fingerprint = ${of}.fingerprint LIMIT 1) g
      WHERE ${groupConditions(list, parameters).join(" AND ")}`;
  const top = days.map(
    (day, place) => `(SELECT d.fingerprint, ${place} AS list, d.magnitude, d.count FROM error_group_day d
      WHERE d.environment_id = ${environment} AND d.bucket_at = ${parameters.at(day)} AND d.magnitude >= 1
      ORDER BY d.magnitude DESC LIMIT ${depth})`,
  );
  return `top AS MATERIALIZED (${top.join(" UNION ALL ")}),
    ends AS MATERIALIZED (
      SELECT list, min(magnitude) AS magnitude, (2 ^ min(magnitude) - 1)::float8 AS bound FROM top
      GROUP BY list HAVING count(*) >= ${depth}),
    whole AS MATERIALIZED (SELECT coalesce(sum(bound), 0) AS bound FROM ends),
    -- Numbered as they lie there: in their order. The last magnitude of a list, of which more were not read, tells nothing.
    ranked AS MATERIALIZED (SELECT *, row_number() OVER () AS rank FROM (
      SELECT top.fingerprint, sum(top.count - coalesce(ends.bound, 0)) + (SELECT bound FROM whole) AS at_most
      FROM top LEFT JOIN ends USING (list)
      WHERE top.magnitude > coalesce(ends.magnitude, 0) GROUP BY top.fingerprint ORDER BY at_most DESC OFFSET 0) ordered),
    first AS MATERIALIZED (${passing("ranked", "ranked.at_most, ranked.rank")} LIMIT ${first}),
    valued AS MATERIALIZED (
      SELECT f.*, ${countInRange(list.range, { environment, group: "f" }, parameters)} AS value FROM first f),
    tried AS MATERIALIZED (
      SELECT count(*) AS passing, CASE WHEN count(*) < ${first} THEN (SELECT count(*) FROM ranked) ELSE max(rank) END AS ranks FROM first),
    scale AS MATERIALIZED (
      SELECT greatest(1, (SELECT value FROM valued ORDER BY value DESC OFFSET ${size - 1} LIMIT 1)) AS floor),
    others AS MATERIALIZED (
      SELECT * FROM ranked WHERE (SELECT floor FROM scale) > (SELECT bound FROM whole)
        AND rank > (SELECT ranks FROM tried) AND at_most >= (SELECT floor FROM scale)),
    possible AS MATERIALIZED (
      SELECT ${KEPT}, g.at_most, g.value FROM valued g UNION ALL ${passing("others", "others.at_most, NULL")}),
    unseen AS (
      SELECT whole.bound AS cut, 0::float8 AS skipped, passing::float8 / greatest(ranks, 1) AS share FROM tried CROSS JOIN whole)`;
}
