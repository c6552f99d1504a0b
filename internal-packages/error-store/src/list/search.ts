import type { Pool } from "pg";
import type { ErrorList } from "./error-list.js";
import { groupConditions, searchCondition } from "./group-conditions.js";
import { Parameters } from "./parameters.js";
import { daysOf, floorTo } from "./range.js";
import { rarePartOf } from "./rare-part.js";

/** How a page is looked for. */
export interface Search {
  /** The only fingerprints that can be in the list. */
  chosen?: readonly string[] | undefined;
  /** Look at so many groups at most. */
  scan?: number | undefined;
}

/** What is found among so few is looked up one by one; where there are more, a walk finds a page of them soon. */
const MOST_CHOSEN = 5_000;
/** Rows of an index that are looked at to find them. */
const MOST_FOUND = 2 * MOST_CHOSEN;
/** The trigram index knows nothing of shorter texts. */
const SHORTEST_SEARCH = 3;

/**
 * All groups that can be in the list, found through the index of a filter that few may pass, or of when they were last
 * seen; null where there are too many.
 */
export async function chooseGroups(pool: Pool, list: ErrorList): Promise<string[] | null> {
  const { search, versions } = list.filters;
  if (search !== undefined && search.length >= SHORTEST_SEARCH) return byText(pool, list, search);
  if (versions) return byVersion(pool, list, versions);
  return byPlace(pool, list);
}

/** A list that is cut first is found through its index, whatever the other conditions would make of it. */
async function byText(pool: Pool, list: ErrorList, search: string): Promise<string[] | null> {
  const parameters = new Parameters();
  const environment = parameters.add(list.environmentId);
  const part = await rarePartOf(pool, list.environmentId, search);
  const { rows } = await pool.query<{ found: number; fingerprints: string[] }>(
    `WITH found AS MATERIALIZED (
       SELECT g.environment_id, g.fingerprint FROM error_group_text g
       WHERE ${searchCondition(part, parameters)} LIMIT ${MOST_FOUND + 1})
     SELECT (SELECT count(*)::int FROM found) AS found, ARRAY(
       SELECT g.fingerprint FROM found CROSS JOIN LATERAL (
         SELECT * FROM error_group WHERE environment_id = ${environment} AND fingerprint = found.fingerprint LIMIT 1) g
       WHERE found.environment_id = ${environment} AND ${groupConditions(list, parameters).join(" AND ")}) AS fingerprints`,
    parameters.values,
  );
  const { found, fingerprints } = rows[0] ?? { found: 0, fingerprints: [] };
  return found > MOST_FOUND ? null : few(fingerprints);
}

async function byVersion(pool: Pool, list: ErrorList, versions: readonly string[]): Promise<string[] | null> {
  const { rows } = await pool.query<{ fingerprint: string }>(
    `SELECT b.fingerprint FROM unnest($2::timestamptz[]) AS day (at) CROSS JOIN unnest($5::text[]) AS wanted (version)
     CROSS JOIN LATERAL (
       SELECT fingerprint FROM error_bucket_day
       WHERE environment_id = $1 AND bucket_at = day.at AND ${BETWEEN} AND version = wanted.version
       LIMIT ${MOST_FOUND + 1}) b LIMIT ${MOST_FOUND + 1}`,
    [list.environmentId, ...daysIn(list), versions],
  );
  return rows.length > MOST_FOUND ? null : few([...new Set(rows.map(({ fingerprint }) => fingerprint))]);
}

async function byPlace(pool: Pool, list: ErrorList): Promise<string[] | null> {
  const parameters = new Parameters();
  const environment = parameters.add(list.environmentId);
  const { rows } = await pool.query<{ fingerprint: string }>(
    `SELECT g.fingerprint FROM error_group g WHERE g.environment_id = ${environment}
       AND g.last_seen_minute >= ${parameters.at(floorTo("minute", list.range.from))}
       AND ${groupConditions(list, parameters).join(" AND ")} LIMIT ${MOST_CHOSEN + 1}`,
    parameters.values,
  );
  return few(rows.map(({ fingerprint }) => fingerprint));
}

const few = (fingerprints: string[]): string[] | null => (fingerprints.length > MOST_CHOSEN ? null : fingerprints);

/** Buckets are kept for less. */
const MOST_DAYS = 400;

/** What the days alone do not tell the planner: which partitions it can leave out. */
const BETWEEN = "bucket_at >= $3 AND bucket_at <= $4";

/** The days of a list's range, and between what they lie. */
function daysIn({ range }: ErrorList): [days: Date[], from: Date, to: Date] {
  const from = Math.max(range.from, range.to - (MOST_DAYS - 2) * 86_400_000);
  const days = daysOf({ from, to: range.to }, MOST_DAYS) ?? [];
  return [days.map((day) => new Date(day)), new Date(floorTo("day", from)), new Date(range.to)];
}

/**
 * The newest day in which something of the list's versions failed, in milliseconds; null when nothing did. The next
 * version from a wanted one on is asked for, in order: whether there is any might be told by reading the table.
 */
export async function newestDayOf(pool: Pool, list: ErrorList, versions: readonly string[]): Promise<number | null> {
  const { rows } = await pool.query<{ day: Date }>(
    `SELECT day.at AS day FROM unnest($2::timestamptz[]) WITH ORDINALITY AS day (at, place)
       CROSS JOIN unnest($5::text[]) AS wanted (version)
     WHERE wanted.version = (
       SELECT b.version FROM error_bucket_day b
       WHERE b.environment_id = $1 AND b.bucket_at = day.at AND ${BETWEEN} AND b.version >= wanted.version
       ORDER BY b.version LIMIT 1)
     ORDER BY day.place LIMIT 1`,
    [list.environmentId, ...daysIn(list), versions],
  );
  return rows[0]?.day.getTime() ?? null;
}
