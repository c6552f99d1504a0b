import type { Pool } from "pg";
import { countInRange } from "./count-in-range.js";
import type { ErrorList, ErrorListPage, OrderedRow } from "./error-list.js";
import { GROUP_COLUMNS, groupConditions } from "./group-conditions.js";
import { Parameters } from "./parameters.js";
import { daysOf } from "./range.js";
import { type Among, rankedGroups } from "./ranked-groups.js";
import { chooseGroups } from "./search.js";

/** A longer range is ranked by the count of all time. */
const MOST_DAYS = 8;
/** Ranks of each list that are looked at for one group of the page. */
const RANKS_FOR_ONE = 5;
/** Where only those that pass the filters have a rank. */
const PASSING_FOR_ONE = 3;
/** To look at a rank is cheap beside counting exactly. */
const RANKED_FOR_ONE_COUNTED = 2;
const DEEPER = 4;
const DEEPEST = 40_000;
/** When fewer of the first ranks pass the filters, the index of a filter may be shorter than the ranks. */
const FEW = 0.05;

interface Found {
  rows: OrderedRow[];
  /** No group that was not looked at occurred more often. */
  bound: number;
  /** Of the groups that were looked at, how many pass the filters. */
  passing: number;
}

interface Look {
  among: Among;
  /** How many are looked at; undefined for all. */
  depth: number | undefined;
}

/**
 * Reads a page by how often groups occurred in the range. Ranked by an upper bound of that, which is indexed (the days
 * that the range touches, or the count of all time), so many are counted exactly that none of the others can belong to
 * the page: Fagin's threshold algorithm.
 */
export async function byCount(pool: Pool, list: ErrorList, page: ErrorListPage): Promise<OrderedRow[]> {
  const first = page.size * RANKS_FOR_ONE;
  const top = await look(pool, list, page, { among: "all", depth: first });
  if (isSettled(top, page)) return top.rows;
  const { versions, statuses, search } = list.filters;
  const isFiltered = versions !== undefined || statuses !== undefined || search !== undefined;
  const among = isFiltered || top.rows.length < page.size ? await amongFor(pool, list, top) : "all";
  const further = isFiltered ? page.size * PASSING_FOR_ONE : first * DEEPER;
  for (let depth: number | undefined = further; ; depth = deeper(depth)) {
    const found = await look(pool, list, page, { among, depth });
    if (depth === undefined || isSettled(found, page)) return found.rows;
  }
}

async function amongFor(pool: Pool, list: ErrorList, { passing }: Found): Promise<Among> {
  if (passing >= FEW) return "passing";
  const chosen = await chooseGroups(pool, list);
  return chosen ? { chosen } : "few";
}

const deeper = (depth: number): number | undefined => (depth * DEEPER > DEEPEST ? undefined : depth * DEEPER);

function isSettled({ rows, bound }: Found, { size, edge }: ErrorListPage): boolean {
  if (bound === 0) return true;
  if (edge?.direction === "before") return bound < edge.value;
  return rows.length === size && (rows.at(-1)?.value ?? 0) > bound;
}

async function look(pool: Pool, list: ErrorList, page: ErrorListPage, { among, depth }: Look): Promise<Found> {
  const parameters = new Parameters();
  const environment = parameters.add(list.environmentId);
  const { range } = list;
  const days = daysOf(range, MOST_DAYS);
  const limit = depth === undefined ? "ALL" : String(depth);
  const counted = depth === undefined ? "ALL" : String(Math.ceil(depth / RANKED_FOR_ONE_COUNTED));
  const { edge, size } = page;
  const direction = edge?.direction === "before" ? "ASC" : "DESC";
  const beyond = edge
    ? `AND (value, fingerprint) ${edge.direction === "after" ? "<" : ">"} (${parameters.add(edge.value)}::float8, ${parameters.add(edge.fingerprint)})`
    : "";
  const ranked =
    typeof among === "object"
      ? `SELECT unnest(${parameters.add(among.chosen)}::text[]) AS fingerprint, 0 AS list, NULL::int AS magnitude`
      : rankedGroups(list, { environment, days, limit, among }, parameters);
  const atMost = days
    ? `(SELECT coalesce(sum(d.count), 0)::float8 FROM error_group_day d WHERE d.environment_id = ${environment}
         AND d.fingerprint = g.fingerprint AND d.bucket_at = ANY(${parameters.add(days.map((day) => new Date(day)))}::timestamptz[]))`
    : "g.count::float8";
  // Each group is looked up by its key, whatever the planner thinks of reading them all.
  // The last magnitude of a list that went on bounds those that it left out.
  const text = `
    WITH ranked AS MATERIALIZED (${ranked}),
    unseen AS (SELECT coalesce(sum(bound), 0)::float8 AS bound FROM (
      SELECT CASE WHEN count(*) < ${limit === "ALL" ? "'infinity'::float8" : limit} THEN 0
        ELSE coalesce(2 ^ min(magnitude) - 1, 0) END AS bound FROM ranked GROUP BY list) cut),
    possible AS MATERIALIZED (
      SELECT g.*, ${atMost} AS at_most
      FROM (SELECT DISTINCT fingerprint FROM ranked) r CROSS JOIN LATERAL (
        SELECT * FROM error_group WHERE environment_id = ${environment} AND fingerprint = r.fingerprint LIMIT 1) g
      WHERE ${groupConditions(list, parameters).join(" AND ")}),
    likely AS MATERIALIZED (SELECT * FROM possible ORDER BY at_most DESC LIMIT ${counted}),
    counted AS MATERIALIZED (SELECT ${GROUP_COLUMNS}, g.last_seen AS "lastSeen",
      ${countInRange(range, { environment, group: "g" }, parameters)} AS value FROM likely g)
    SELECT (SELECT count(*) FROM possible)::float8 / greatest((SELECT count(DISTINCT fingerprint) FROM ranked), 1) AS passing,
      greatest(unseen.bound, CASE WHEN (SELECT count(*) FROM possible) > (SELECT count(*) FROM likely)
        THEN (SELECT min(at_most) FROM likely) ELSE 0 END) AS bound, page.*
    FROM unseen LEFT JOIN LATERAL (
      SELECT * FROM counted WHERE value > 0 ${beyond}
      ORDER BY value ${direction}, fingerprint ${direction} LIMIT ${size}) page ON true
    ORDER BY page.value ${direction}, page.fingerprint ${direction}`;
  const { rows } = await pool.query<OrderedRow & { bound: number; passing: number }>(text, parameters.values);
  const found = rows.filter(({ fingerprint }) => fingerprint !== null);
  const { bound = 0, passing = 1 } = rows[0] ?? {};
  return { bound, passing, rows: found.map((row) => ({ ...row, count: row.value })) };
}
