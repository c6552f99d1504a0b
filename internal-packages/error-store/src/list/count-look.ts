import type { Pool } from "pg";
import { countInRange } from "./count-in-range.js";
import type { ErrorList, ErrorListPage, OrderedRow } from "./error-list.js";
import { GROUP_COLUMNS } from "./group-conditions.js";
import { Parameters } from "./parameters.js";
import { possibleGroups, type Source } from "./ranked-groups.js";

export interface Look {
  source: Source;
  /** The days of the range, where it has few. */
  days: readonly number[] | null;
  /** Of how many of the source's groups, those that may have occurred most, the days are added up; 0 for none. */
  weighed: number | undefined;
  /** How many are counted exactly. */
  counted: number | undefined;
  /** Leaves out all groups that occurred less often, which nothing else does then. */
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
}

const limitOf = (most: number | undefined): string => (most === undefined ? "ALL" : String(Math.ceil(most)));

/** Of those that `wide` has and `narrow` left out, none has more than the least that it kept. */
const leftOut = (
  wide: string,
  narrow: string,
) => `CASE WHEN (SELECT count(*) FROM ${wide}) > (SELECT count(*) FROM ${narrow})
  THEN (SELECT min(at_most) FROM ${narrow}) ELSE 0 END`;

/** Counts those groups of a source that may have occurred most, and reads the page among them. */
export async function lookAt(pool: Pool, list: ErrorList, { edge, size }: ErrorListPage, look: Look): Promise<Found> {
  const { source, days, weighed, counted, floor } = look;
  const parameters = new Parameters();
  const environment = parameters.add(list.environmentId);
  const possible = possibleGroups(source, { list, environment, days: days ?? [], floor: floor ?? 0, parameters });
  const direction = edge?.direction === "before" ? "ASC" : "DESC";
  const beyond = edge
    ? `AND (value, fingerprint) ${edge.direction === "after" ? "<" : ">"} (${parameters.add(edge.value)}::float8, ${parameters.add(edge.fingerprint)})`
    : "";
  const most = (from: string, limit: number | undefined) =>
    `SELECT * FROM ${from} WHERE at_most >= ${parameters.add(floor ?? 0)} ORDER BY at_most DESC LIMIT ${limitOf(limit)}`;
  const isWeighed = days !== null && weighed !== 0;
  const heavy = isWeighed
    ? `weighed AS MATERIALIZED (SELECT p.fingerprint, p.first_seen, p.last_seen, p.count,
        CASE WHEN p.first_seen >= ${parameters.at(list.range.from)} THEN p.at_most
          ELSE least(p.at_most, ${daysOfGroup(days, environment, parameters)}) END AS at_most FROM (${most("possible", weighed)}) p),`
    : "";
  const from = isWeighed ? "weighed" : "possible";
  const bounds =
    floor === undefined
      ? ["unseen.skipped", ...(isWeighed ? [leftOut("possible", "weighed")] : []), leftOut(from, "likely")]
      : [`${parameters.add(floor)}::float8 - 1`];
  const text = `
    WITH ${possible}, ${heavy}
    likely AS MATERIALIZED (${most(from, counted)}),
    counted AS MATERIALIZED (
      SELECT l.fingerprint, ${countInRange(list.range, { environment, group: "l" }, parameters)} AS value FROM likely l),
    page AS MATERIALIZED (SELECT * FROM counted WHERE value > 0 ${beyond}
      ORDER BY value ${direction}, fingerprint ${direction} LIMIT ${size})
    SELECT unseen.share, unseen.cut, unseen.skipped, greatest(unseen.cut, ${bounds.join(", ")}) AS bound,
      page.value, ${GROUP_COLUMNS}, g.last_seen AS "lastSeen"
    FROM unseen LEFT JOIN page ON true
      LEFT JOIN LATERAL (
        SELECT * FROM error_group WHERE environment_id = ${environment} AND fingerprint = page.fingerprint LIMIT 1) g ON true
    ORDER BY page.value ${direction}, page.fingerprint ${direction}`;
  const { rows } = await pool.query<OrderedRow & Omit<Found, "rows">>(text, parameters.values);
  const { bound = 0, cut = 0, skipped = 0, share = 1 } = rows[0] ?? {};
  const found = rows.filter(({ fingerprint }) => fingerprint !== null);
  return { bound, cut, skipped, share, rows: found.map((row) => ({ ...row, count: row.value })) };
}

/** How often the group `p` failed in the days that the range touches. */
function daysOfGroup(days: readonly number[], environment: string, parameters: Parameters): string {
  const [last = 0, first = last] = [days[0], days.at(-1)];
  return `(SELECT coalesce(sum(d.count), 0)::float8 FROM error_group_day d WHERE d.environment_id = ${environment}
    AND d.fingerprint = p.fingerprint AND d.bucket_at >= ${parameters.at(first)} AND d.bucket_at <= ${parameters.at(last)})`;
}
