import { byText, MOST_BESIDE_RANKS } from "./by-text.js";
import type { Look } from "./count-look.js";
import { type CountScope, isSettled } from "./count-scope.js";
import type { OrderedRow } from "./error-list.js";
import { allOf, deeper, firstThatPass, isRankedByDays, passing, passingAsTold, sampleOf, SEEN } from "./looks.js";
import { RARE_TEXT, type Terms } from "./search-terms.js";

/** What the groups that failed last, which are fewer, tell beside the first ranks. */
const AS_MUCH = 0.2;

/** A share of the groups that failed last that is hardly chance. */
const TOLD = 0.02;

/** Reads a page by count of a text that some groups have, and that is all that is asked for. */
export async function byCountOfText(terms: Terms, scope: CountScope): Promise<OrderedRow[]> {
  const { isShort, look, deepen } = scope;
  if (!isShort && isRankedByDays(scope)) return byRanksOfDays(terms, scope);
  const start = isShort ? allOf({ of: "seen", most: SEEN.inShort }, scope) : passingAsTold(terms.share, scope);
  const rows = isShort || terms.share >= TOLD ? await deepen(start) : null;
  if (rows !== null) return rows;
  const { share } = await look(sampleOf(scope));
  const found = share < RARE_TEXT ? await besideRanks(scope) : null;
  return found ?? whole(deepen, passing(share * (1 - AS_MUCH) + terms.share * AS_MUCH, scope));
}

async function byRanksOfDays(terms: Terms, scope: CountScope): Promise<OrderedRow[]> {
  if (scope.page.edge !== undefined && terms.share < RARE_TEXT) {
    const rows = await besideRanks(scope);
    if (rows !== null) return rows;
  }
  const start = firstThatPass(scope, terms.share);
  const told = await scope.look(start);
  if (isSettled(told, scope.page)) return told.rows;
  const found = told.share < RARE_TEXT || told.rows.length === 0 ? await besideRanks(scope) : null;
  return found ?? whole(scope.deepen, deeper(start, told, scope.page));
}

/** What has a text that the ranks hardly have, or far down; null when too many do. */
export async function besideRanks(scope: CountScope): Promise<OrderedRow[] | null> {
  const chosen = await byText(scope.pool, scope.list, { ...scope, most: MOST_BESIDE_RANKS });
  return chosen && whole(scope.deepen, allOf({ of: "chosen", chosen }, scope));
}

const whole = async (deepen: CountScope["deepen"], start: Look): Promise<OrderedRow[]> => (await deepen(start)) ?? [];
