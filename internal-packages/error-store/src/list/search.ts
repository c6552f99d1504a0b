import type { Pool } from "pg";
import type { ErrorList, ErrorListFilters } from "./error-list.js";
import { groupConditions, rangeOfVersions, storedAs } from "./group-conditions.js";
import { Parameters } from "./parameters.js";
import { daysOf, floorTo, isShortRange, UNIT_MS } from "./range.js";

/** How a page is looked for. */
export interface Search {
  /** The only groups that can be in the list. */
  chosen?: Chosen | undefined;
  /** Look at so many groups at most. */
  scan?: number | undefined;
}

/** What is found among so few is looked up one by one; where there are more, a walk finds a page of them soon. */
const MOST_CHOSEN = 4_000;
/** Rows of an index that are looked at to find them. */
export const MOST_FOUND = 4_000;
/** What failed in a short range are few, and far apart in most orders. */
export const MOST_IN_SHORT = 12_000;
/** Of buckets, which are many to a group. */
const MOST_BUCKETS = 10_000;

/** All groups that can be in a list. */
export interface Chosen {
  /** With spaces between them: thousands of texts are taken apart and put together again in the database alone. */
  fingerprints: string;
  /** What is still to be asked of them. */
  filters: ErrorListFilters;
  /** The less likely of them, which are left out at first: the list's value of each is less than `below`. */
  others?: { fingerprints: string; below: number } | undefined;
}

/** The others too. */
export const allChosen = ({ fingerprints, filters, others }: Chosen): Chosen => ({
  fingerprints: others === undefined ? fingerprints : `${fingerprints} ${others.fingerprints}`,
  filters,
});

/**
 * All groups that can be in the list, found through the index of a filter that few may pass, or of when they were last
 * seen; null where there are too many.
 */
export async function chooseGroups(pool: Pool, list: ErrorList): Promise<Chosen | null> {
  return (await byPlace(pool, list)) ?? byVersion(pool, list);
}

/** What failed in one of the versions, whatever else is asked for. */
export async function byVersion(pool: Pool, list: ErrorList): Promise<Chosen | null> {
  const { filters } = list;
  if (filters.versions === undefined) return null;
  const { rows } = await pool.query<{ fingerprint: string }>(
    `SELECT b.fingerprint FROM unnest($2::timestamptz[]) AS day (at) CROSS JOIN unnest($5::text[]) AS wanted (version)
     CROSS JOIN LATERAL (
       SELECT fingerprint FROM error_bucket_day
       WHERE environment_id = $1 AND bucket_at = day.at AND ${BETWEEN} AND version = wanted.version
       LIMIT ${MOST_BUCKETS + 1}) b LIMIT ${MOST_BUCKETS + 1}`,
    [list.environmentId, ...daysIn(list), filters.versions],
  );
  const fingerprints = [...new Set(rows.map(({ fingerprint }) => fingerprint))];
  if (rows.length > MOST_BUCKETS || fingerprints.length > MOST_CHOSEN) return null;
  return { fingerprints: fingerprints.join(" "), filters };
}

/** Of a task or a status those that failed since the range began have an index of their own. */
export function placeConditions(list: ErrorList, parameters: Parameters): string[] {
  const { taskIdentifiers, statuses } = list.filters;
  return [
    `g.environment_id = ${parameters.add(list.environmentId)}`,
    `g.last_seen_minute >= ${parameters.at(floorTo("minute", rangeOfVersions(list).from))}`,
    ...(taskIdentifiers ? [`g.task_identifier = ANY(${parameters.add(taskIdentifiers)})`] : []),
    ...(statuses ? [`g.status = ANY(${parameters.add(storedAs(statuses))}::error_status[])`] : []),
  ];
}

async function byPlace(pool: Pool, list: ErrorList): Promise<Chosen | null> {
  const most = isShortRange(list.range) ? MOST_IN_SHORT : MOST_FOUND;
  const parameters = new Parameters();
  const { rows } = await pool.query<{ found: number; fingerprints: string | null }>(
    `SELECT count(*)::int AS found,
       string_agg(g.fingerprint, ' ') FILTER (WHERE ${groupConditions(list, parameters).join(" AND ")}) AS fingerprints
     FROM (SELECT * FROM error_group g WHERE ${placeConditions(list, parameters).join(" AND ")}
       LIMIT ${most + 1}) g`,
    parameters.values,
  );
  const { found, fingerprints } = rows[0] ?? { found: 0, fingerprints: null };
  return found > most ? null : { fingerprints: fingerprints ?? "", filters: list.filters };
}

/** Buckets are kept for less. */
const MOST_DAYS = 400;

/** What the days alone do not tell the planner: which partitions it can leave out. */
const BETWEEN = "bucket_at >= $3 AND bucket_at <= $4";

/** The days of a list's range, and between what they lie. */
function daysIn(list: ErrorList): [days: Date[], from: Date, to: Date] {
  const range = rangeOfVersions(list);
  const from = Math.max(range.from, range.to - (MOST_DAYS - 2) * UNIT_MS.day);
  const days = daysOf({ from, to: range.to }, MOST_DAYS) ?? [];
  return [days.map((day) => new Date(day)), new Date(floorTo("day", from)), new Date(range.to)];
}

/**
 * When something of the list's versions failed, to the day; null when nothing did. The next version from a wanted one on
 * is asked for, in order: whether there is any might be told by reading the table.
 */
export async function whenFailing(
  pool: Pool,
  list: ErrorList,
  versions: readonly string[],
): Promise<ErrorList["failing"] | null> {
  const { rows } = await pool.query<{ first: Date | null; last: Date | null }>(
    `SELECT min(day.at) AS first, max(day.at) AS last
     FROM unnest($2::timestamptz[]) AS day (at) CROSS JOIN unnest($5::text[]) AS wanted (version)
     WHERE wanted.version = (
       SELECT b.version FROM error_bucket_day b
       WHERE b.environment_id = $1 AND b.bucket_at = day.at AND ${BETWEEN} AND b.version >= wanted.version
       ORDER BY b.version LIMIT 1)`,
    [list.environmentId, ...daysIn(list), versions],
  );
  const { first = null, last = null } = rows[0] ?? {};
  return first && last && { from: first.getTime(), to: last.getTime() + UNIT_MS.day - 1 };
}
