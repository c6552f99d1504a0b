import type { Pool } from "pg";
import { countInRange } from "./count-in-range.js";
import type { ErrorList, ErrorListPage, OrderedRow } from "./error-list.js";
import { GROUP_COLUMNS, groupConditions } from "./group-conditions.js";
import { Parameters } from "./parameters.js";
import { daysOf, floorTo } from "./range.js";
import { type Among, rankedGroups } from "./ranked-groups.js";
import { type Chosen, chooseGroups } from "./search.js";

/** A longer range is ranked by the count of all time. */
const MOST_DAYS = 8;
/** A shorter one is bounded by its hours. */
const MOST_HOURS_MS = 36 * 3_600_000;
/** What failed in so short a time is little beside what failed in its day, and may be few. */
const SHORT_MS = 3 * 3_600_000;
const SEEN_IN_SHORT = 12_000;
/** Ranks of each list that are looked at for one group of the page. */
const RANKS_FOR_ONE = 5;
/** Groups that pass the filters. */
const PASSING_FOR_ONE = 3;
/** To look at a rank is cheap beside counting exactly. */
const RANKED_FOR_ONE_COUNTED = 2;
/** By the count of all time, those whose days are added up for one that is counted exactly. */
const WEIGHED_FOR_ONE_COUNTED = 4;
const DEEPER = 4;
const DEEPEST = 40_000;
/** When more of the first ranks pass, the ranks are about as good as without a filter. */
const MOST = 0.5;
/** Of a task, whose groups have an index of their own, and are few. */
const SOME = 0.2;
/** When fewer pass, the index of a filter may be shorter than the ranks. */
const FEW = 0.05;
/** A text that more have is in too many to be found by its index. */
const RARE = 0.015;
const SEEN_OF_TASK = 8_000;

interface Found {
  rows: OrderedRow[];
  /** No group that was not looked at occurred more often. */
  bound: number;
  /** Of the groups that were looked at, how many pass the filters. */
  passing: number;
}

interface Look {
  among: Among;
  /** How many ranks of each list are looked at; undefined for all. */
  depth: number | undefined;
  /** How many of those that pass are counted exactly; undefined for all. */
  counted: number | undefined;
}

/**
 * Reads a page by how often groups occurred in the range. Ranked by an upper bound of that, which is indexed (the days
 * that the range touches, or the count of all time), so many are counted exactly that none of the others can belong to
 * the page: Fagin's threshold algorithm.
 */
export async function byCount(pool: Pool, list: ErrorList, page: ErrorListPage): Promise<OrderedRow[]> {
  const first = page.size * RANKS_FOR_ONE;
  const top = await look(pool, list, page, { among: "all", depth: first, counted: first / RANKED_FOR_ONE_COUNTED });
  if (isSettled(top, page)) return top.rows;
  for (const next of await looksAfter(pool, list, page, top)) {
    const found = await look(pool, list, page, next);
    if (next.depth === undefined || isSettled(found, page)) return found.rows;
  }
  return [];
}

/** How to look on, less and less sparingly; the last look is at all there is. */
async function looksAfter(pool: Pool, list: ErrorList, { size }: ErrorListPage, { passing }: Found): Promise<Look[]> {
  const { range, filters } = list;
  const { taskIdentifiers, versions, statuses, search } = filters;
  const isFiltered = versions !== undefined || statuses !== undefined || search !== undefined;
  const isShort = range.to - range.from <= SHORT_MS;
  // Of a long one the planner finds the first ranks of few groups by itself.
  const isLong = daysOf(range, MOST_DAYS) === null;
  const isChosen =
    (search !== undefined && passing < RARE) ||
    (isFiltered && search === undefined && passing < FEW && (versions !== undefined || !isLong)) ||
    (isFiltered && taskIdentifiers !== undefined && passing < SOME && !isLong) ||
    (isShort && (isFiltered ? passing < MOST : taskIdentifiers !== undefined));
  const seen = isShort ? SEEN_IN_SHORT : taskIdentifiers && SEEN_OF_TASK;
  const chosen = isChosen ? await chooseGroups(pool, list, { seen, isCommonText: passing >= RARE }) : null;
  const counted = Math.ceil((size * PASSING_FOR_ONE) / RANKED_FOR_ONE_COUNTED);
  if (chosen !== null) return looks(chosen, { depth: size * RANKS_FOR_ONE, counted: counted * DEEPER });
  if (!isFiltered) return looks("all", { depth: size * RANKS_FOR_ONE * DEEPER, counted: counted * DEEPER });
  if (isLong && passing < RARE) return looks("passing", { depth: size * PASSING_FOR_ONE, counted });
  return looks("all", { depth: Math.ceil((size * PASSING_FOR_ONE) / Math.max(passing, RARE)), counted });
}

function looks(among: Among, first: { depth: number; counted: number }): Look[] {
  const found: Look[] = [];
  for (let { depth, counted } = first; depth <= DEEPEST; depth *= DEEPER, counted *= DEEPER) {
    found.push({ among, depth, counted });
  }
  return [...found, { among: among === "all" ? "passing" : among, depth: undefined, counted: undefined }];
}

function isSettled({ rows, bound }: Found, { size, edge }: ErrorListPage): boolean {
  if (bound === 0) return true;
  if (edge?.direction === "before") return bound < edge.value;
  return rows.length === size && (rows.at(-1)?.value ?? 0) > bound;
}

const limitOf = (most: number | undefined): string => (most === undefined ? "ALL" : String(Math.ceil(most)));

/** One more than are weighed tells that there are more; none of the rest occurred more often than those ever did. */
const likelyOf = ({ fingerprints, isRanked }: Chosen, weighed: number | undefined): readonly string[] =>
  isRanked && weighed !== undefined ? fingerprints.slice(0, Math.ceil(weighed) + 1) : fingerprints;

async function look(pool: Pool, list: ErrorList, page: ErrorListPage, { among, depth, counted }: Look): Promise<Found> {
  const parameters = new Parameters();
  const environment = parameters.add(list.environmentId);
  const { range } = list;
  const days = daysOf(range, MOST_DAYS);
  const limit = limitOf(depth);
  const isHours = range.to - range.from <= MOST_HOURS_MS;
  const weighed = isHours ? undefined : counted && counted * WEIGHED_FOR_ONE_COUNTED;
  const { edge, size } = page;
  const direction = edge?.direction === "before" ? "ASC" : "DESC";
  const beyond = edge
    ? `AND (value, fingerprint) ${edge.direction === "after" ? "<" : ">"} (${parameters.add(edge.value)}::float8, ${parameters.add(edge.fingerprint)})`
    : "";
  const ranked =
    typeof among === "object"
      ? `SELECT unnest(${parameters.add(likelyOf(among, weighed))}::text[]) AS fingerprint, 0 AS list, 0 AS place, NULL::int AS magnitude`
      : rankedGroups(list, { environment, days, limit, among }, parameters);
  const atMost = boundOf(list, { environment, days }, parameters);
  // Each group is looked up by its key, whatever the planner thinks of reading them all.
  // The last magnitude of a list that went on bounds those that it left out.
  const text = `
    WITH ranked AS MATERIALIZED (${ranked}),
    unseen AS (SELECT coalesce(sum(bound), 0)::float8 AS bound FROM (
      SELECT max(bound) AS bound FROM (
        SELECT list, CASE WHEN count(*) < ${limit === "ALL" ? "'infinity'::float8" : limit} THEN 0
          ELSE coalesce(2 ^ min(magnitude) - 1, 0) END AS bound FROM ranked GROUP BY list, place) cut GROUP BY list) cuts),
    possible AS MATERIALIZED (
      SELECT g.*
      FROM (SELECT DISTINCT fingerprint FROM ranked) r CROSS JOIN LATERAL (
        SELECT * FROM error_group WHERE environment_id = ${environment} AND fingerprint = r.fingerprint LIMIT 1) g
      WHERE ${groupConditions(list, parameters).join(" AND ")}),
    weighed AS MATERIALIZED (SELECT g.*, ${atMost} AS at_most
      FROM (SELECT * FROM possible ORDER BY count DESC LIMIT ${limitOf(weighed)}) g),
    likely AS MATERIALIZED (SELECT * FROM weighed ORDER BY at_most DESC LIMIT ${limitOf(counted)}),
    counted AS MATERIALIZED (SELECT ${GROUP_COLUMNS}, g.last_seen AS "lastSeen",
      ${countInRange(range, { environment, group: "g" }, parameters)} AS value FROM likely g)
    SELECT (SELECT count(*) FROM possible)::float8 / greatest((SELECT count(DISTINCT fingerprint) FROM ranked), 1) AS passing,
      greatest(unseen.bound,
        CASE WHEN (SELECT count(*) FROM possible) > (SELECT count(*) FROM weighed)
          THEN (SELECT min(count) FROM weighed)::float8 ELSE 0 END,
        CASE WHEN (SELECT count(*) FROM weighed) > (SELECT count(*) FROM likely)
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

/** No group `g` occurred more often in the range than in the hours or days that it touches, or ever. */
function boundOf(
  { range }: ErrorList,
  { environment, days }: { environment: string; days: number[] | null },
  parameters: Parameters,
): string {
  if (days === null) return "g.count::float8";
  if (range.to - range.from <= MOST_HOURS_MS) {
    return `(SELECT coalesce(sum(h.count), 0)::float8 FROM error_bucket_hour h WHERE h.environment_id = ${environment}
      AND h.fingerprint = g.fingerprint AND h.bucket_at >= ${parameters.at(floorTo("hour", range.from))}
      AND h.bucket_at <= ${parameters.at(range.to)})`;
  }
  const at = parameters.add(days.map((day) => new Date(day)));
  return `(SELECT coalesce(sum(d.count), 0)::float8 FROM error_group_day d WHERE d.environment_id = ${environment}
    AND d.fingerprint = g.fingerprint AND d.bucket_at = ANY(${at}::timestamptz[]))`;
}
