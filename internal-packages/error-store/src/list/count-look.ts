import type { Pool } from "pg";
import { BUCKETS, countInRange } from "./count-in-range.js";
import type { ErrorList, ErrorListPage, OrderedRow } from "./error-list.js";
import { GROUP_COLUMNS } from "./group-conditions.js";
import { Parameters } from "./parameters.js";
import { floorTo, weighingUnitOf } from "./range.js";
import { possibleGroups, type Source } from "./ranked-groups.js";

export interface Look {
  source: Source;
  /** The days of the range, where it has few. */
  days: readonly number[] | null;
  /** Of how many of the source's groups, those that may have occurred most, the days are added up; 0 for none. */
  weighed: number | undefined;
  /** How many are counted exactly. */
  counted: number | undefined;
  /** Leaves out all groups that occurred less often, which nothing else does then. The first that pass and minutes tell theirs. */
  floor?: number | undefined;
}

export interface Found {
  rows: OrderedRow[];
  /** No group that was not counted occurred more often. */
  bound: number;
  /** No group that was not found at all did; infinite when there were too many. */
  cut: number;
  /** Of those that were found, none that was not looked up can have occurred more often. */
  skipped: number;
  /** Of the groups that were looked at, the share that passes the filters. */
  share: number;
  /** What occurred less often was left out. */
  floor: number;
}

const NOTHING: Found = { rows: [], bound: 0, cut: 0, skipped: 0, share: 1, floor: 0 };

const limitOf = (most: number | undefined): string => (most === undefined ? "ALL" : String(Math.ceil(most)));

/** What a limited relation left out occurred at most as often as the least that it kept; 0 when it left out nothing. */
const leftOut = (kept: string, limit: number | undefined): string[] =>
  limit === undefined
    ? []
    : [`(SELECT CASE WHEN count(*) < ${Math.ceil(limit)} THEN 0 ELSE min(at_most) END FROM ${kept})`];

/** Counts those groups of a source that may have occurred most, and reads the page among them. */
export async function lookAt(pool: Pool, list: ErrorList, { edge, size }: ErrorListPage, look: Look): Promise<Found> {
  const { source, days, weighed, counted, floor } = look;
  const parameters = new Parameters();
  const environment = parameters.add(list.environmentId);
  const possible = possibleGroups(source, { list, environment, days: days ?? [], floor: floor ?? 0, edge, parameters });
  if (counted === 0) {
    const { rows } = await pool.query<Found>(
      `WITH ${possible} SELECT '[]'::json AS rows, cut AS bound, cut, skipped, share, 0 AS floor FROM unseen`,
      parameters.values,
    );
    return rows[0] ?? NOTHING;
  }
  const direction = edge?.direction === "before" ? "ASC" : "DESC";
  const beyond = edge
    ? `AND (value, fingerprint) ${edge.direction === "after" ? "<" : ">"} (${parameters.add(edge.value)}::float8, ${parameters.add(edge.fingerprint)})`
    : "";
  const hasScale = source.of === "firstPassing" || source.of === "minutes";
  const atLeast = hasScale ? "(SELECT floor FROM scale)" : `${parameters.add(floor ?? 0)}::float8`;
  const most = (from: string, limit: number | undefined, other = "0") =>
    `SELECT * FROM ${from} WHERE at_most >= greatest(${atLeast}, ${other}) ORDER BY at_most DESC LIMIT ${limitOf(limit)}`;
  const isWeighed = days !== null && weighed !== 0;
  const isTold = (isWeighed || source.of === "minutes") && edge?.direction !== "before";
  const heavy = isWeighed
    ? `weighed AS MATERIALIZED (
        SELECT p.fingerprint, p.first_seen, p.last_seen, p.count, least(p.at_most, w.at_most) AS at_most, w.at_least
        FROM (${most("possible", weighed)}) p CROSS JOIN LATERAL (${weightOf(list.range, environment, parameters)}) w),`
    : "";
  // As many as a page has, all of which can be on it, occurred so often.
  const told = isTold
    ? `told AS MATERIALIZED (SELECT at_least FROM ${isWeighed ? "weighed" : "possible"} ${edge ? `WHERE at_most < ${parameters.add(edge.value)}::float8` : ""}
        ORDER BY at_least DESC OFFSET ${size - 1} LIMIT 1),`
    : "";
  const from = isWeighed ? "weighed" : "possible";
  const bounds =
    floor === undefined && !hasScale
      ? ["unseen.skipped", ...(isWeighed ? leftOut("weighed", weighed) : []), ...leftOut("likely", counted)]
      : [`${atLeast} - 1`];
  const inRange = countInRange(list.range, { environment, group: "l" }, parameters);
  const text = `
    WITH ${possible}, ${heavy} ${told}
    likely AS MATERIALIZED (${most(from, counted, isTold ? "coalesce((SELECT at_least FROM told), 0)" : undefined)}),
    counted AS MATERIALIZED (
      SELECT l.fingerprint, ${source.of === "firstPassing" ? `coalesce(l.value, ${inRange})` : inRange} AS value FROM likely l),
    page AS MATERIALIZED (SELECT * FROM counted WHERE value > 0 ${beyond}
      ORDER BY value ${direction}, fingerprint ${direction} LIMIT ${size})
    SELECT unseen.share, unseen.cut, unseen.skipped, ${atLeast} AS floor, greatest(unseen.cut, ${bounds.join(", ")}) AS bound,
      page.value, ${GROUP_COLUMNS}, g.last_seen AS "lastSeen"
    FROM unseen LEFT JOIN page ON true
      LEFT JOIN LATERAL (
        SELECT * FROM error_group WHERE environment_id = ${environment} AND fingerprint = page.fingerprint LIMIT 1) g ON true
    ORDER BY page.value ${direction}, page.fingerprint ${direction}`;
  const { rows } = await pool.query<OrderedRow & Omit<Found, "rows">>(text, parameters.values);
  const { bound, cut, skipped, share, floor: least } = rows[0] ?? NOTHING;
  const found = rows.filter(({ fingerprint }) => fingerprint !== null);
  return { bound, cut, skipped, share, floor: least, rows: found.map((row) => ({ ...row, count: row.value })) };
}

/**
 * Between how often at least and at most the group `p` occurred in a range: the days that it touches tell, or the minutes
 * of a short one, and those of them that are whole. One that lived inside of the range is not looked up.
 */
function weightOf(range: ErrorList["range"], environment: string, parameters: Parameters): string {
  const unit = weighingUnitOf(range, Date.now());
  const [from, to] = [parameters.at(range.from), parameters.at(range.to)];
  const isInside = `(p.first_seen >= ${from} AND p.last_seen <= ${to})`;
  return `SELECT p.count::float8 AS at_most, p.count::float8 AS at_least WHERE ${isInside} UNION ALL
    SELECT coalesce(sum(b.count), 0)::float8, coalesce(sum(b.count) FILTER (WHERE b.bucket_at >= ${from}
      AND (p.last_seen <= ${to} OR b.bucket_at < ${parameters.at(floorTo(unit, range.to))})), 0)::float8
    FROM ${BUCKETS[unit]} b WHERE NOT ${isInside} AND b.environment_id = ${environment} AND b.fingerprint = p.fingerprint
      AND b.bucket_at >= ${parameters.at(floorTo(unit, range.from))} AND b.bucket_at <= ${to} HAVING NOT ${isInside}`;
}
