import type { Pool } from "pg";
import { type Found, type Look, lookAt } from "./count-look.js";
import type { ErrorList, ErrorListPage, OrderedRow } from "./error-list.js";
import { allOf, deeper, downTo, first, type Needs, passing } from "./looks.js";
import { daysOf } from "./range.js";
import { byText, byVersion } from "./search.js";
import type { Terms } from "./search-terms.js";

/** A longer range is ranked by the count of all time. */
const MOST_DAYS = 8;
/** What failed in so short a time is little beside what failed in its day, and may be few. */
const SHORT_MS = 3 * 3_600_000;

/** When fewer pass, those of a task may be few, which have an index of their own. */
const SOME = 0.2;
/**
 * As told by some hundred groups. To ask the index for a text that more have is soon given up; to go through the ranks
 * for one that few have takes long.
 */
const RARE_TEXT = 0.02;
/** The index of any filter may be shorter than the ranks. */
const FEW = 0.05;

/** How many that were seen in the range are looked at. */
const SEEN = { first: 2_000, all: 4_000, ofTask: 8_000, inShort: 12_000 };
/** So many ranks are soon looked at. */
const NEAR = 4_000;

/**
 * Reads a page by how often groups occurred in the range. Ranked by an upper bound of that, which is indexed (the days
 * that the range touches, or the count of all time), so many are counted exactly that none of the others can belong to
 * the page: Fagin's threshold algorithm.
 */
export async function byCount(
  pool: Pool,
  list: ErrorList,
  { page, terms }: { page: ErrorListPage; terms: Terms | null },
): Promise<OrderedRow[]> {
  const days = daysOf(list.range, MOST_DAYS);
  const isShort = list.range.to - list.range.from <= SHORT_MS;
  const scope: Scope = { pool, list, terms, size: page.size, days, isShort };
  const look = (next: Look) => lookAt(pool, list, page, next);
  const deepen: Deepen = async (start) => {
    for (let next = start; ;) {
      const found = await look(next);
      if (isSettled(found, page)) return found.rows;
      if (found.cut === Number.POSITIVE_INFINITY) return null;
      next = deeper(next, found, page);
    }
  };
  if (terms?.areRare) {
    const chosen = await byText(pool, list, terms);
    const rows = chosen && (await deepen(allOf({ of: "chosen", chosen }, scope)));
    if (rows !== null) return rows;
  }
  if (scope.isShort && hasPlace(list)) {
    const rows = await deepen(allOf({ of: "seen", most: SEEN.first }, scope));
    if (rows !== null) return rows;
  }
  const mostPass = !isFiltered(list) || (isText(list) && (terms?.share ?? 0) >= SOME);
  if (page.edge !== undefined && page.edge.value >= 1 && mostPass && !scope.isShort) {
    const found = await look(downTo(page.edge.value, scope));
    if (isSettled(found, page)) return found.rows;
  }
  let ranks = first(scope);
  let top = await look(ranks);
  while (!isSettled(top, page)) {
    ranks = deeper(ranks, top, page);
    if (!isNear(ranks, top, scope)) return othersOf(deepen, looksAfter(ranks, top.share, scope));
    top = await look(ranks);
  }
  return top.rows;
}

type Deepen = (start: Look) => Promise<OrderedRow[] | null>;

async function othersOf(deepen: Deepen, looks: AsyncGenerator<Look>): Promise<OrderedRow[]> {
  for await (const look of looks) {
    const rows = await deepen(look);
    if (rows !== null) return rows;
  }
  return [];
}

interface Scope extends Needs {
  pool: Pool;
  list: ErrorList;
  terms: Terms | null;
}

function isSettled({ rows, bound }: Found, { size, edge }: ErrorListPage): boolean {
  if (bound === 0) return true;
  if (edge?.direction === "before") return bound < edge.value;
  return rows.length === size && (rows.at(-1)?.value ?? 0) > bound;
}

/** Tasks and statuses have an index in which few groups were seen since a little while ago. */
const hasPlace = ({ filters: { taskIdentifiers, statuses } }: ErrorList): boolean =>
  taskIdentifiers !== undefined || (statuses !== undefined && !statuses.includes("unresolved"));

/** Whether to look on where the first ranks ended: a page was found, and most pass. */
const isNear = ({ source, floor }: Look, { share }: Found, { list, isShort }: Scope): boolean =>
  floor !== undefined &&
  (isShort || !isFiltered(list)) &&
  share >= SOME &&
  "depth" in source &&
  (source.depth ?? Number.POSITIVE_INFINITY) <= NEAR;

/** Tasks have ranks of their own. */
const isFiltered = ({ filters: { versions, statuses, search } }: ErrorList): boolean =>
  versions !== undefined || statuses !== undefined || search !== undefined;

/** Of tasks at most. */
const isText = ({ filters: { versions, statuses, search } }: ErrorList): boolean =>
  search !== undefined && versions === undefined && statuses === undefined;

/** How to look on when the first ranks did not tell, of which a share passes the filters; `ranks` are the next of them. */
async function* looksAfter(ranks: Look, shareOfRanks: number, scope: Scope): AsyncGenerator<Look> {
  const { pool, list, terms, isShort } = scope;
  const { taskIdentifiers, versions, search } = list.filters;
  // Of a text alone the groups that failed last tell as much.
  const share = terms !== null && isText(list) ? (shareOfRanks + terms.share) / 2 : shareOfRanks;
  // Of a long one the planner finds the first ranks of few groups by itself.
  const isLong = scope.days === null;
  const isRareText = terms !== null && (isText(list) ? share : terms.share) < RARE_TEXT;
  if (isRareText) {
    const chosen = terms.areRare ? null : await byText(pool, list, terms);
    if (chosen !== null) return yield allOf({ of: "chosen", chosen }, scope);
  }
  const fewPass = isFiltered(list) && !isLong && search === undefined && share < FEW;
  const isChosen =
    isRareText ||
    fewPass ||
    (versions !== undefined && search === undefined && share < FEW) ||
    (taskIdentifiers !== undefined && isFiltered(list) && !isLong && share < SOME) ||
    isShort;
  if (isChosen) {
    yield allOf({ of: "seen", most: isShort ? SEEN.inShort : taskIdentifiers ? SEEN.ofTask : SEEN.all }, scope);
    const chosen = await byVersion(pool, list);
    if (chosen !== null) return yield allOf({ of: "chosen", chosen }, scope);
  }
  yield isFiltered(list) ? passing(share, scope) : ranks;
}
