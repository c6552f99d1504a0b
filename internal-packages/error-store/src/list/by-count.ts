import type { Pool } from "pg";
import { byText, MOST_BESIDE_RANKS } from "./by-text.js";
import { byCountInShort } from "./by-count-in-short.js";
import { besideRanks, byCountOfText } from "./by-count-of-text.js";
import { type CountScope, hasTooMany, isSettled } from "./count-scope.js";
import { type Found, type Look, lookAt } from "./count-look.js";
import type { ErrorList, ErrorListPage, OrderedRow } from "./error-list.js";
import {
  allOf,
  deeper,
  downTo,
  first,
  firstThatPass,
  floorAfter,
  isRankedByDays,
  passing,
  ranksDownTo,
  SEEN,
  SELDOM,
} from "./looks.js";
import { daysOf, isShortRange } from "./range.js";
import { settledIn } from "./ranked-groups.js";
import { byVersion } from "./search.js";
import { RARE_TEXT, type Terms } from "./search-terms.js";

/** A longer range is ranked by the count of all time. */
const MOST_DAYS = 8;

/** When fewer pass, those of a task may be few, which have an index of their own. */
const SOME = 0.2;
/** The index of any filter may be shorter than the ranks. */
const FEW = 0.05;

/** So many ranks are soon looked at. */
const NEAR = 4_000;
/** Where all pass in a short range, which fewer groups were seen in. */
const NEAR_IN_SHORT = 8_000;

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
  const isShort = isShortRange(list.range);
  const look = (next: Look) => lookAt(pool, list, page, next);
  const deepen = async (start: Look) => {
    for (let next = start; ;) {
      const found = await look(next);
      if (isSettled(found, page)) return found.rows;
      if (hasTooMany(found)) return null;
      next = deeper(next, found, page);
    }
  };
  const scope: CountScope = { pool, list, page, terms, days, isShort, look, deepen };
  if (terms?.areRare) {
    const chosen = await byText(pool, list, { page, terms });
    const rows = chosen && (await deepen(allOf({ of: "chosen", chosen }, scope)));
    if (rows !== null) return rows;
  }
  if (terms !== null && !isShort && page.edge !== undefined && page.edge.value <= SELDOM) {
    const rows = await besideRanks(scope);
    if (rows !== null) return rows;
  }
  if (isShort) {
    const rows = await byCountInShort(scope);
    if (rows !== null) return rows;
  }
  const mostHaveIt = isText(list) && (terms?.share ?? 0) >= SOME;
  if (terms !== null && isText(list) && !mostHaveIt && list.filters.taskIdentifiers === undefined) {
    return byCountOfText(terms, scope);
  }
  const mostPass = !isFiltered(list) || mostHaveIt;
  if (page.edge !== undefined && page.edge.value >= 1 && mostPass && !scope.isShort) {
    const found = await look(downTo(floorAfter(page.edge.value), scope));
    if (isSettled(found, page)) return found.rows;
  }
  const ranks = first(scope);
  let top = await look(ranks);
  if (isSettled(top, page)) return top.rows;
  if (isRareText(top.share, scope) || (terms !== null && isFarDown(top, scope))) {
    const rows = await besideRanks(scope);
    if (rows !== null) return rows;
  }
  let next = deeper(ranks, top, page);
  if (isShort && next.floor !== undefined && ranksDownTo(next.floor, top.cut, scope) <= NEAR_IN_SHORT * top.share) {
    const found = await look(downTo(next.floor, scope));
    if (isSettled(found, page)) return found.rows;
  }
  while (!isShort && isNear(next, top, scope)) {
    top = await look(next);
    if (isSettled(top, page)) return top.rows;
    next = deeper(next, top, page);
  }
  return othersOf(deepen, looksAfter(next, top.share, scope));
}

/** Whether those of the first ranks that pass occurred so seldom that most groups have a rank before the end of a page. */
const isFarDown = ({ rows, cut }: Found, scope: CountScope): boolean =>
  !scope.isShort &&
  scope.page.edge === undefined &&
  rows.length > 0 &&
  ranksDownTo(rows.at(-1)?.value ?? 1, cut, scope) > MOST_BESIDE_RANKS;

async function othersOf(deepen: CountScope["deepen"], looks: AsyncGenerator<Look>): Promise<OrderedRow[]> {
  for await (const look of looks) {
    const rows = await deepen(look);
    if (rows !== null) return rows;
  }
  return [];
}

/** Whether to look on where the ranks ended: a page was found, and most pass. */
const isNear = ({ source, floor }: Look, { share }: Found, { list }: CountScope): boolean =>
  floor !== undefined &&
  !isFiltered(list) &&
  share >= SOME &&
  "depth" in source &&
  (source.depth ?? Number.POSITIVE_INFINITY) <= NEAR;

/** Tasks have ranks of their own. */
const isFiltered = ({ filters: { versions, statuses, search } }: ErrorList): boolean =>
  versions !== undefined || statuses !== undefined || search !== undefined;

/** Of tasks at most. */
const isText = ({ filters: { versions, statuses, search } }: ErrorList): boolean =>
  search !== undefined && versions === undefined && statuses === undefined;

/** Whether hardly any has the text of a search, as a share of the ranks tells; or the groups that failed last, where more is asked. */
const isRareText = (share: number, { list, terms }: CountScope): boolean =>
  terms !== null && (isText(list) ? share : terms.share) < RARE_TEXT;

/** How to look on when the first ranks did not tell, of which a share passes the filters; `ranks` are the next of them. */
async function* looksAfter(ranks: Look, share: number, scope: CountScope): AsyncGenerator<Look> {
  const { pool, list, isShort } = scope;
  const { taskIdentifiers, versions, search } = list.filters;
  // Of a long one the planner finds the first ranks of few groups by itself.
  const isLong = scope.days === null;
  const hasRanks = settledIn(list).length > 0 && !isRankedByDays(scope);
  const fewPass = isFiltered(list) && !isLong && !hasRanks && search === undefined && share < FEW;
  const isChosen =
    isRareText(share, scope) ||
    fewPass ||
    (versions !== undefined && search === undefined && share < FEW) ||
    (taskIdentifiers !== undefined && isFiltered(list) && !isLong && share < SOME) ||
    isShort;
  if (isChosen) {
    const most = isShort ? SEEN.inShort : taskIdentifiers ? SEEN.ofTask : SEEN.all;
    yield allOf({ of: "seen", most }, scope, ranks.floor);
    const chosen = await byVersion(pool, list);
    if (chosen !== null) return yield allOf({ of: "chosen", chosen }, scope);
  }
  if (!isFiltered(list)) return yield ranks;
  if (share < FEW && isRankedByDays(scope) && !isShort && taskIdentifiers === undefined) {
    return yield firstThatPass(scope, share);
  }
  yield passing(share, scope);
}
