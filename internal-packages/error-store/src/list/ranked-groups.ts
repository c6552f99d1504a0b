import { chosenGroups, groupConditions, storedAs } from "./group-conditions.js";
import type { ErrorList } from "./error-list.js";
import { type FirstPassing, firstPassing } from "./first-passing.js";
import { type Minutes, minuteGroups } from "./minute-groups.js";
import { KEPT, type RankScope } from "./rank-scope.js";
import { type Chosen, placeConditions } from "./search.js";

/** Where the groups are looked for that may be on a page by count. */
export type Source =
  // Ranks may end at a least magnitude, too: that of each list.
  /** The first ranks of each day of the range; of those, as many groups are looked up as may have occurred most. */
  | { of: "days"; depth: number | undefined; lookups: number | undefined; least?: readonly number[] }
  /** The first ranks of all time. */
  | { of: "ever"; depth: number | undefined; least?: readonly number[] }
  /** As many of those that pass the filters: the others are walked past, or so many at most. */
  | { of: "walk"; depth: number | undefined; most?: number | undefined }
  /** The same, when they are so few that another index may have them sooner. */
  | { of: "passing"; depth: number | undefined }
  | Minutes
  /** All that failed since the range began, of the list's tasks and statuses; nothing when there are more. */
  | { of: "seen"; most: number }
  | { of: "chosen"; chosen: Chosen }
  | FirstPassing;

const limitOf = (most: number | undefined): string => (most === undefined ? "ALL" : String(most));

/**
 * Common table expressions: `possible` are the groups of a source that pass the filters, each with `at_most`, more often
 * than which it did not occur in the range; `unseen` has the same for all that were not found (`cut`) and those that
 * were `skipped`, and the `share` of those looked at that passed.
 */
export function possibleGroups(source: Source, scope: RankScope): string {
  const { list, floor, parameters } = scope;
  if (source.of === "firstPassing") return firstPassing(source, scope);
  if (source.of === "days") return ofDays(source, scope);
  if (source.of === "minutes") return minuteGroups(source, scope);
  if (source.of === "ever" || source.of === "walk" || source.of === "passing") return ofAllTime(source, scope);
  if (source.of === "chosen") {
    return `possible AS MATERIALIZED (SELECT ${KEPT}, g.count::float8 AS at_most
      FROM ${chosenGroups(list, source.chosen, parameters)} g),
    unseen AS (SELECT ${parameters.add((source.chosen.others?.below ?? 1) - 1)}::float8 AS cut, 0::float8 AS skipped, 1::float8 AS share)`;
  }
  return `seen AS MATERIALIZED (SELECT ${KEPT}, ${groupConditions(list, parameters).join(" AND ")} AS passes FROM (SELECT * FROM error_group g
      WHERE ${placeConditions(list, parameters).join(" AND ")} AND g.count >= ${parameters.add(floor)} LIMIT ${source.most + 1}) g),
    unseen AS (SELECT CASE WHEN count(*) > ${source.most} THEN 'infinity'::float8 ELSE 0 END AS cut,
      0::float8 AS skipped, 1::float8 AS share FROM seen),
    possible AS MATERIALIZED (SELECT ${KEPT}, g.count::float8 AS at_most FROM seen g
      WHERE g.passes AND (SELECT cut FROM unseen) = 0)`;
}

/** No count has more bits. */
export const MOST_MAGNITUDE = 64;

/** What has no such magnitude occurred at most so often. */
export const boundUnder = (least: number): number => 2 ** (least - 1) - 1;

/**
 * What is left out of each list occurred at most as often as its `bound`. A group stands in one place of a list, of a
 * task or of all; a place that was not read to its end tells by its last magnitude.
 * @param least the magnitude at which each list ends
 */
function cutOf(depth: number | undefined, least: readonly number[]): string {
  const ends = `(VALUES ${least.map((magnitude, list) => `(${list}, ${boundUnder(magnitude)}::float8)`).join(", ")}) ends (list, bound)`;
  if (depth === undefined) return `cut AS MATERIALIZED (SELECT * FROM ${ends})`;
  return `cut AS MATERIALIZED (SELECT ends.list, greatest(ends.bound, max(places.bound)) AS bound FROM ${ends} LEFT JOIN (
      SELECT list, 2 ^ min(magnitude) - 1 AS bound FROM ranked GROUP BY list, place HAVING count(*) >= ${depth}) places
      ON places.list = ends.list GROUP BY ends.list, ends.bound)`;
}

function ofDays(source: Extract<Source, { of: "days" }>, scope: RankScope): string {
  const { list, environment, days, floor, parameters } = scope;
  const [limit, lookups] = [limitOf(source.depth), limitOf(source.lookups)];
  const least = days.map((_, day) => source.least?.[day] ?? 1);
  // Each day by itself, so that the planner looks at its partition alone.
  const ranked = days.flatMap((day, number) =>
    placesOf(list).map(
      (task, place) => `(SELECT d.fingerprint, ${number} AS list, ${place} AS place, d.magnitude, d.count
        FROM error_group_day d WHERE d.environment_id = ${environment} AND d.bucket_at = ${parameters.at(day)}
          ${task === null ? "" : `AND d.task_identifier = ${parameters.add(task)}`} AND d.magnitude >= ${least[number]}
        ORDER BY d.magnitude DESC LIMIT ${limit})`,
    ),
  );
  // Where a group is not on a list, that list's bound stands for it.
  return `ranked AS MATERIALIZED (${ranked.join(" UNION ALL ")}), ${cutOf(source.depth, least)},
    whole AS (SELECT sum(bound)::float8 AS bound FROM cut),
    bounded AS MATERIALIZED (
      SELECT r.fingerprint, (sum(r.count - cut.bound) + (SELECT bound FROM whole))::float8 AS at_most
      FROM ranked r JOIN cut USING (list) GROUP BY r.fingerprint),
    looked AS MATERIALIZED (
      SELECT * FROM bounded WHERE at_most >= ${parameters.add(floor)} ORDER BY at_most DESC LIMIT ${lookups}),
    possible AS MATERIALIZED (SELECT ${KEPT}, least(looked.at_most, g.count::float8) AS at_most
      FROM looked CROSS JOIN LATERAL (
        SELECT * FROM error_group WHERE environment_id = ${environment} AND fingerprint = looked.fingerprint LIMIT 1) g
      WHERE ${groupConditions(list, parameters).join(" AND ")}),
    unseen AS (SELECT (SELECT bound FROM whole) AS cut, (SELECT count(*) FROM possible)::float8 / greatest(count(*), 1) AS share,
      CASE WHEN count(*) = ${source.lookups ?? -1} THEN min(at_most) ELSE 0 END AS skipped FROM looked)`;
}

function ofAllTime(source: Extract<Source, { of: "ever" | "walk" | "passing" }>, scope: RankScope): string {
  const { of, depth } = source;
  const least = (of === "ever" && source.least?.[0]) || 1;
  const { list, environment, parameters } = scope;
  const limit = limitOf(depth);
  const settled = of === "passing" ? settledIn(list) : [];
  const places = settled.length > 0 ? settled : placesOf(list);
  const lists = places.map((name, place) => {
    const conditions = groupConditions(list, parameters).join(" AND ");
    const ofPlace =
      name === null ? "" : `AND g.${settled.length > 0 ? "status" : "task_identifier"} = ${parameters.add(name)}`;
    const order = "ORDER BY g.magnitude DESC";
    const walked = (columns: string, end: string) =>
      `SELECT ${columns} FROM error_group g WHERE g.environment_id = ${environment} ${ofPlace} ${end}`;
    const columns = `${KEPT}, 0 AS list, ${place} AS place, g.magnitude`;
    if (of === "ever")
      return `(${walked(`${columns}, ${conditions} AS passes`, `AND g.magnitude >= ${least} ${order} LIMIT ${limit}`)})`;
    if (of === "passing")
      return `(${walked(`${columns}, true AS passes`, `AND ${conditions} ${order} LIMIT ${limit}`)})`;
    // Walked in order, whatever the planner thinks of how many pass.
    const past = `${order} LIMIT ${limitOf(of === "walk" ? source.most : undefined)} OFFSET 0`;
    return `(SELECT ${columns}, true AS passes FROM (${walked("g.*", past)}) g WHERE ${conditions} LIMIT ${limit})`;
  });
  // Past its end a walk of so many ranks tells nothing; of fewer groups it met all.
  const isCutShort = of === "walk" && source.most !== undefined && depth !== undefined;
  const cut = isCutShort
    ? `CASE WHEN (SELECT count(*) FROM ranked) < ${depth} AND EXISTS (SELECT FROM error_group g
        WHERE g.environment_id = ${environment} ORDER BY g.magnitude DESC OFFSET ${source.most}) THEN 'infinity'::float8
      ELSE (SELECT bound FROM cut) END`
    : "(SELECT bound FROM cut)";
  return `ranked AS MATERIALIZED (${lists.join(" UNION ALL ")}), ${cutOf(depth, [least])},
    possible AS MATERIALIZED (SELECT ${KEPT}, g.count::float8 AS at_most FROM ranked g WHERE g.passes),
    unseen AS (SELECT ${cut} AS cut, 0::float8 AS skipped,
      (SELECT count(*) FROM possible)::float8 / greatest((SELECT count(*) FROM ranked), 1) AS share)`;
}

/** The statuses that a list asks for, where groups of these alone have ranks of their own: what somebody resolved or ignored. */
export const settledIn = ({ filters: { taskIdentifiers, statuses } }: ErrorList): string[] => {
  const stored = statuses === undefined || taskIdentifiers !== undefined ? [] : storedAs(statuses);
  return stored.includes("unresolved") ? [] : stored;
};

/** Tasks have lists of their own, so that none is walked for a few. */
const placesOf = ({ filters: { taskIdentifiers } }: ErrorList): (string | null)[] =>
  taskIdentifiers ? [...new Set(taskIdentifiers)] : [null];
