import type { Pool } from "pg";
import type { ErrorList } from "./error-list.js";
import { groupConditions, searchCondition } from "./group-conditions.js";
import { Parameters } from "./parameters.js";
import { daysOf, floorTo } from "./range.js";

/** How a page is looked for. */
export interface Search {
  /** The only fingerprints that can be in the list. */
  chosen?: readonly string[] | undefined;
  /** Look at so many groups at most. */
  scan?: number | undefined;
}

/** What is found among so few is looked up one by one; where there are more, a walk finds a page of them soon. */
const MOST_CHOSEN = 1_500;
/** The trigram index knows nothing of shorter texts. */
const SHORTEST_SEARCH = 3;
const MOST_DAYS = 400;

/**
 * All groups that can be in the list, found through the index of a filter that few may pass; null where there is no
 * such filter, or too many pass it.
 */
export async function chooseGroups(pool: Pool, list: ErrorList): Promise<string[] | null> {
  const { search, versions, taskIdentifiers, statuses } = list.filters;
  const parameters = new Parameters();
  const environment = parameters.add(list.environmentId);
  const seen = () => `g.last_seen_minute >= ${parameters.at(floorTo("minute", list.range.from))}`;
  const statement = () => {
    if (search !== undefined && search.length >= SHORTEST_SEARCH) return byText(search);
    if (versions) return byVersion(versions);
    if (taskIdentifiers || statuses) return byPlace();
    return null;
  };
  const conditions = () => groupConditions(list, parameters).join(" AND ");
  // A list that is cut first is found through its index, whatever the other conditions would make of it.
  const byText = (text: string) => `
    WITH found AS MATERIALIZED (SELECT * FROM error_group g WHERE ${searchCondition(text, parameters)})
    SELECT g.fingerprint FROM found g WHERE g.environment_id = ${environment} AND ${conditions()}`;
  const byVersion = (wanted: readonly string[]) => `
    SELECT DISTINCT b.fingerprint FROM unnest(${parameters.add(daysIn(list))}::timestamptz[]) AS day (at)
      CROSS JOIN unnest(${parameters.add(wanted)}::text[]) AS wanted (version)
      JOIN error_bucket_day b ON b.environment_id = ${environment} AND b.bucket_at = day.at AND b.version = wanted.version`;
  const byPlace = () => `
    SELECT g.fingerprint FROM error_group g WHERE g.environment_id = ${environment} AND ${seen()} AND ${conditions()}`;
  const text = statement();
  if (text === null) return null;
  const { rows } = await pool.query<{ fingerprint: string }>(
    `SELECT fingerprint FROM (${text}) found LIMIT ${MOST_CHOSEN + 1}`,
    parameters.values,
  );
  return rows.length > MOST_CHOSEN ? null : rows.map(({ fingerprint }) => fingerprint);
}

const daysIn = ({ range }: ErrorList): Date[] =>
  (daysOf({ from: Math.max(range.from, range.to - (MOST_DAYS - 2) * 86_400_000), to: range.to }, MOST_DAYS) ?? []).map(
    (day) => new Date(day),
  );
