import type { Pool } from "pg";
import { byCount } from "./by-count.js";
import { byText } from "./by-text.js";
import { byFirstSeen, byLastSeen } from "./by-time.js";
import { countInRange } from "./count-in-range.js";
import type { ErrorList, ErrorListPage, ListedGroup, OrderedRow } from "./error-list.js";
import { Parameters } from "./parameters.js";
import { isShortRange } from "./range.js";
import { allChosen, chooseGroups, type Search, whenFailing } from "./search.js";
import { type Terms, termsOf } from "./search-terms.js";

export interface ErrorGroupPage {
  /** Each with the value that it is ordered by, for the cursor. */
  groups: (ListedGroup & { value: number })[];
  /** Whether there are more beyond, in the direction that was read. */
  more: boolean;
}

/** So many groups tell which share of them passes a filter. */
const FIRST_SCAN = 400;
/** As many are looked at before any index is asked for the few that pass, when so many of the first did. */
const LONG_SCAN = 4_000;
const PROMISING = 2;

/** Reads a page of a list. Whatever fails meanwhile, the pages of one list hold each of its groups once. */
export async function listErrorGroups(pool: Pool, asked: ErrorList, page: ErrorListPage): Promise<ErrorGroupPage> {
  const list = await withinVersions(pool, asked);
  if (list === null) return { groups: [], more: false };
  const wanted = { ...page, size: page.size + 1 };
  const { search } = list.filters;
  const terms = search === undefined ? null : await termsOf(pool, list.environmentId, search);
  const rows = await (list.sort === "count" ? byCount : byTime)(pool, list, { page: wanted, terms });
  const kept = rows.slice(0, page.size);
  const counted = list.sort === "count" ? kept : await withCounts(pool, list, kept);
  if (page.edge?.direction === "before") counted.reverse();
  return {
    more: rows.length > page.size,
    groups: counted.map((row) => ({ ...row, count: row.count ?? 0 })),
  };
}

async function byTime(
  pool: Pool,
  list: ErrorList,
  { page, terms }: { page: ErrorListPage; terms: Terms | null },
): Promise<OrderedRow[]> {
  const read = async (search: Search) => {
    const { text, values } = (list.sort === "lastSeen" ? byLastSeen : byFirstSeen)(list, page, search);
    const { rows } = await pool.query<OrderedRow>(text, values);
    return rows.map((row) => ({ ...row, value: (list.sort === "lastSeen" ? row.lastSeen : row.firstSeen).getTime() }));
  };
  const { search, versions, statuses } = list.filters;
  const filters = list.sort === "lastSeen" ? [search, versions] : [search, versions, statuses];
  // Of what failed in a short range, most may be old.
  const isSpread = list.sort === "firstSeen" && isShortRange(list.range);
  if (filters.every((filter) => filter === undefined) && !isSpread) return read({});
  if (!terms?.areRare) {
    const found = isToldBySample(list) ? [] : await read({ scan: FIRST_SCAN });
    if (found.length === page.size) return found;
    if (isToldBySample(list) || found.length >= PROMISING) {
      const more = await read({ scan: LONG_SCAN });
      if (more.length === page.size) return more;
    }
  }
  // The planner itself finds the few of a status.
  if (search === undefined && versions === undefined && !isSpread) return read({});
  const ofText = () => (terms?.areMany && !isToldBySample(list) ? null : byText(pool, list, { page, terms }));
  const ofRange = () => chooseGroups(pool, list);
  // The groups that failed last are the first of the list: where so many that have the text were no page, few failed in the range.
  const fewFailed = isToldBySample(list) && !terms?.areRare;
  const chosen = fewFailed ? ((await ofRange()) ?? (await ofText())) : ((await ofText()) ?? (await ofRange()));
  if (chosen === null) return read({});
  const found = await read({ chosen });
  const { others } = chosen;
  const isFull = found.length === page.size && (found.at(-1)?.value ?? 0) >= (others?.below ?? 0);
  return others === undefined || isFull ? found : read({ chosen: allChosen(chosen) });
}

/** Whether the groups that failed last, of which the share of a text is known, are the first of the list. */
function isToldBySample({ sort, filters, range, asOf }: ErrorList): boolean {
  const { search, ...others } = filters;
  const isAlone = search !== undefined && Object.values(others).every((other) => other === undefined);
  return isAlone && sort === "lastSeen" && range.to >= asOf;
}

/** A version fails for some days of a long range alone; null when none of the versions did. */
async function withinVersions(pool: Pool, list: ErrorList): Promise<ErrorList | null> {
  const { versions } = list.filters;
  if (versions === undefined) return list;
  const failing = await whenFailing(pool, list, versions);
  return failing === null ? null : { ...list, failing };
}

async function withCounts(pool: Pool, list: ErrorList, rows: readonly OrderedRow[]): Promise<OrderedRow[]> {
  if (rows.length === 0) return [];
  const parameters = new Parameters();
  const environment = parameters.add(list.environmentId);
  const fingerprints = parameters.add(rows.map(({ fingerprint }) => fingerprint));
  const found = await pool.query<{ fingerprint: string; count: number }>(
    `SELECT g.fingerprint, ${countInRange(list.range, { environment, group: "g" }, parameters)} AS count
     FROM error_group g WHERE g.environment_id = ${environment} AND g.fingerprint = ANY(${fingerprints})`,
    parameters.values,
  );
  const counts = new Map(found.rows.map(({ fingerprint, count }) => [fingerprint, count]));
  return rows.map((row) => ({ ...row, count: counts.get(row.fingerprint) ?? 0 }));
}
