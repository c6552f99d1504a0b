import type { Pool } from "pg";
import { countInRange } from "./count-in-range.js";
import type { ErrorList, ErrorListPage, OrderedRow } from "./error-list.js";
import { GROUP_COLUMNS, groupConditions } from "./group-conditions.js";
import { Parameters } from "./parameters.js";
import { daysOf } from "./range.js";
import { chooseGroups } from "./search.js";

/** A longer range is ranked by the count of all time. */
const MOST_DAYS = 8;
const FIRST_DEPTH = 300;
const DEEPER = 5;
const DEEPEST = 40_000;

interface Found {
  rows: OrderedRow[];
  /** No group that was not looked at occurred more often. */
  bound: number;
}

interface Look {
  chosen: readonly string[] | null;
  /** How many are looked at; undefined for all. */
  depth: number | undefined;
}

/**
 * Reads a page by how often groups occurred in the range. Ranked by an upper bound of that, which is indexed (the days
 * that the range touches, or the count of all time), so many are counted exactly that none of the others can belong to
 * the page: Fagin's threshold algorithm.
 */
export async function byCount(pool: Pool, list: ErrorList, page: ErrorListPage): Promise<OrderedRow[]> {
  let chosen: readonly string[] | null = null;
  for (let depth: number | undefined = FIRST_DEPTH; ; depth = deeper(depth)) {
    const found = await look(pool, list, page, { chosen, depth });
    if (depth === undefined || isSettled(found, page)) return found.rows;
    if (depth === FIRST_DEPTH) chosen = await chooseGroups(pool, list);
  }
}

const deeper = (depth: number): number | undefined => (depth * DEEPER > DEEPEST ? undefined : depth * DEEPER);

function isSettled({ rows, bound }: Found, { size, edge }: ErrorListPage): boolean {
  if (bound === 0) return true;
  if (edge?.direction === "before") return bound < edge.value;
  return rows.length === size && (rows.at(-1)?.value ?? 0) > bound;
}

async function look(pool: Pool, list: ErrorList, page: ErrorListPage, { chosen, depth }: Look): Promise<Found> {
  const parameters = new Parameters();
  const environment = parameters.add(list.environmentId);
  const { range } = list;
  const days = daysOf(range, MOST_DAYS);
  const limit = depth === undefined ? "ALL" : String(depth);
  const { edge, size } = page;
  const direction = edge?.direction === "before" ? "ASC" : "DESC";
  const beyond = edge
    ? `AND (value, fingerprint) ${edge.direction === "after" ? "<" : ">"} (${parameters.add(edge.value)}::float8, ${parameters.add(edge.fingerprint)})`
    : "";
  const ranked = chosen
    ? `SELECT unnest(${parameters.add(chosen)}::text[]) AS fingerprint, 0 AS list, NULL::int AS magnitude`
    : rankedGroups(list, { environment, days, limit }, parameters);
  const atMost = days
    ? `(SELECT coalesce(sum(d.count), 0)::float8 FROM error_group_day d WHERE d.environment_id = ${environment}
         AND d.fingerprint = g.fingerprint AND d.bucket_at = ANY(${parameters.add(days.map((day) => new Date(day)))}::timestamptz[]))`
    : "g.count::float8";
  // The last magnitude of a list that went on bounds those that it left out.
  const text = `
    WITH ranked AS MATERIALIZED (${ranked}),
    unseen AS (SELECT coalesce(sum(bound), 0)::float8 AS bound FROM (
      SELECT CASE WHEN count(*) < ${limit === "ALL" ? "'infinity'::float8" : limit} THEN 0
        ELSE coalesce(2 ^ min(magnitude) - 1, 0) END AS bound FROM ranked GROUP BY list) cut),
    possible AS MATERIALIZED (
      SELECT g.*, ${atMost} AS at_most
      FROM (SELECT DISTINCT fingerprint FROM ranked) r
      JOIN error_group g ON g.environment_id = ${environment} AND g.fingerprint = r.fingerprint
      WHERE ${groupConditions(list, parameters).join(" AND ")}),
    likely AS MATERIALIZED (SELECT * FROM possible ORDER BY at_most DESC LIMIT ${limit}),
    counted AS (SELECT ${GROUP_COLUMNS}, g.last_seen AS "lastSeen",
      ${countInRange(range, { environment, group: "g" }, parameters)} AS value FROM likely g)
    SELECT greatest(unseen.bound, CASE WHEN (SELECT count(*) FROM possible) > (SELECT count(*) FROM likely)
        THEN (SELECT min(at_most) FROM likely) ELSE 0 END) AS bound, page.*
    FROM unseen LEFT JOIN LATERAL (
      SELECT * FROM counted WHERE value > 0 ${beyond}
      ORDER BY value ${direction}, fingerprint ${direction} LIMIT ${size}) page ON true
    ORDER BY page.value ${direction}, page.fingerprint ${direction}`;
  const { rows } = await pool.query<OrderedRow & { bound: number }>(text, parameters.values);
  const found = rows.filter(({ fingerprint }) => fingerprint !== null);
  return { bound: rows[0]?.bound ?? 0, rows: found.map((row) => ({ ...row, count: row.value })) };
}

/** The beginning of every list that a group of the range stands on: of each day and task, or of all time. */
function rankedGroups(
  { filters: { taskIdentifiers } }: ErrorList,
  { environment, days, limit }: { environment: string; days: number[] | null; limit: string },
  parameters: Parameters,
): string {
  const tasks = taskIdentifiers && `${parameters.add([...new Set(taskIdentifiers)])}::text[]`;
  if (days === null) {
    return `SELECT fingerprint, 0 AS list, magnitude FROM (SELECT g.fingerprint, g.magnitude FROM error_group g
      WHERE g.environment_id = ${environment} ${tasks ? `AND g.task_identifier = ANY(${tasks})` : ""}
      ORDER BY g.magnitude DESC LIMIT ${limit}) top`;
  }
  const dates = `${parameters.add(days.map((day) => new Date(day)))}::timestamptz[]`;
  return `SELECT top.fingerprint, dense_rank() OVER (ORDER BY day.at ${tasks ? ", task.identifier" : ""}) AS list, top.magnitude
    FROM unnest(${dates}) AS day (at) ${tasks ? `CROSS JOIN unnest(${tasks}) AS task (identifier)` : ""}
    CROSS JOIN LATERAL (SELECT d.fingerprint, d.magnitude FROM error_group_day d
      WHERE d.environment_id = ${environment} AND d.bucket_at = day.at
        ${tasks ? "AND d.task_identifier = task.identifier" : ""}
      ORDER BY d.magnitude DESC LIMIT ${limit}) top`;
}
