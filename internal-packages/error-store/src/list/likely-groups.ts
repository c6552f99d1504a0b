import { groupConditions } from "./group-conditions.js";
import type { RankScope } from "./rank-scope.js";

/** The first ranks tell how often the last of a page occurred, most likely; all that may have occurred so often are looked at. */
export interface Likely {
  of: "likely";
  /** So many ranks are the sample: of all groups those at its end occurred about as often as the last of the page ... */
  depth: number;
  /** ... times this for each of their share that passes. */
  timesShare: number;
  /** A smaller share is not told by so few. */
  leastShare: number;
  /** What others tell of the share, and how much that weighs beside the sample. */
  prior?: { share: number; weight: number } | undefined;
  /** When a smaller share passes, nothing is looked at. */
  rare: number;
  /** The last of the page occurred less often than this. */
  most: number;
}

/** No count has more bits. */
export const MOST_MAGNITUDE = 64;

/**
 * As `possibleGroups`: the ranks of each day down to where they end, for what is on none of them not to have occurred as
 * often as `scale.floor` says. One statement for the sample and what it tells, so that nothing is looked up twice.
 */
export function likelyGroups(source: Likely, { list, environment, days, parameters }: RankScope): string {
  const { depth, timesShare, leastShare, prior = { share: 0, weight: 0 }, rare, most } = source;
  const number = (value: number) => `${parameters.add(value)}::float8`;
  const conditions = () => groupConditions(list, parameters).join(" AND ");
  const ofDay = (day: number) =>
    `FROM error_group_day d WHERE d.environment_id = ${environment} AND d.bucket_at = ${parameters.at(day)}`;
  const group = (of: string) =>
    `CROSS JOIN LATERAL (SELECT * FROM error_group WHERE environment_id = ${environment} AND fingerprint = ${of}.fingerprint LIMIT 1) g`;
  const top = days.map(
    (day, place) => `(SELECT d.fingerprint, ${place} AS list, d.magnitude, d.count ${ofDay(day)} AND d.magnitude >= 1
      ORDER BY d.magnitude DESC LIMIT ${depth})`,
  );
  // The index has magnitudes from 1 on. With two bounds the planner takes few to pass, with one a third.
  const ranked = days.map(
    (day, place) => `SELECT d.fingerprint, ${place} AS list, d.count ${ofDay(day)}
      AND d.magnitude >= 1 AND d.magnitude >= (SELECT magnitude FROM least WHERE list = ${place}) AND d.magnitude <= ${MOST_MAGNITUDE}`,
  );
  const lists = days.length;
  return `top AS MATERIALIZED (${top.join(" UNION ALL ")}),
    top_end AS MATERIALIZED (SELECT list, 2 ^ min(magnitude) - 1 AS bound FROM top GROUP BY list HAVING count(*) >= ${depth}),
    sampled AS MATERIALIZED (
      SELECT top.fingerprint, sum(top.count - coalesce(top_end.bound, 0)) + (SELECT coalesce(sum(bound), 0) FROM top_end) AS at_most
      FROM top LEFT JOIN top_end USING (list) GROUP BY top.fingerprint ORDER BY at_most DESC LIMIT ${depth}),
    tried AS MATERIALIZED (
      SELECT g.fingerprint, g.first_seen, g.last_seen, g.count, ${conditions()} AS passes FROM sampled ${group("sampled")}),
    told_share AS MATERIALIZED (
      SELECT count(*) FILTER (WHERE passes)::float8 / greatest(count(*), 1) AS share FROM tried),
    scale AS MATERIALIZED (
      SELECT share, floor(greatest(1, least(${number(most)}, (SELECT CASE WHEN count(*) < ${depth} THEN 0 ELSE min(at_most) END FROM sampled)
        * ${number(timesShare)} * greatest(share * ${number(1 - prior.weight)} + ${number(prior.weight * prior.share)}, ${number(leastShare)})))) AS floor FROM told_share),
    base AS (
      SELECT floor, least(${MOST_MAGNITUDE}, 1 + floor(ln((floor - 1) / ${lists} + 1) / ln(2))) AS magnitude, share FROM scale),
    least AS MATERIALIZED (
      SELECT list, magnitude, 2 ^ (magnitude - 1) - 1 AS bound FROM (
        -- The last ones, of whole days, may end higher.
        SELECT list, CASE WHEN share < ${number(rare)} THEN ${MOST_MAGNITUDE}
          WHEN list < ${lists} - floor((floor - 1 - ${lists} * (2 ^ (magnitude - 1) - 1)) / 2 ^ (magnitude - 1)) THEN magnitude
          ELSE magnitude + 1 END::int AS magnitude
        FROM base CROSS JOIN generate_series(0, ${lists - 1}) list) ends),
    ranked AS MATERIALIZED (${ranked.join(" UNION ALL ")}),
    whole AS MATERIALIZED (SELECT sum(bound) AS bound FROM least),
    bounded AS MATERIALIZED (
      SELECT fingerprint, sum(count - bound) + (SELECT bound FROM whole) AS at_most FROM ranked JOIN least USING (list)
      GROUP BY fingerprint HAVING sum(count - bound) + (SELECT bound FROM whole) >= (SELECT floor FROM scale)),
    untried AS MATERIALIZED (
      SELECT * FROM bounded WHERE NOT EXISTS (SELECT FROM tried WHERE tried.fingerprint = bounded.fingerprint)),
    possible AS MATERIALIZED (
      SELECT g.fingerprint, g.first_seen, g.last_seen, g.count, least(bounded.at_most, g.count) AS at_most
      FROM bounded JOIN tried g USING (fingerprint) WHERE g.passes
      UNION ALL
      SELECT g.fingerprint, g.first_seen, g.last_seen, g.count, least(untried.at_most, g.count)
      FROM untried ${group("untried")} WHERE ${conditions()}),
    unseen AS (
      SELECT CASE WHEN share < ${number(rare)} THEN 'infinity' ELSE whole.bound END AS cut, 0::float8 AS skipped, share
      FROM scale CROSS JOIN whole)`;
}
