import { byText, MOST_BESIDE_RANKS } from "./by-text.js";
import type { Look } from "./count-look.js";
import type { CountScope } from "./count-scope.js";
import type { OrderedRow } from "./error-list.js";
import { allOf, downToLikely, isRankedByDays, passing, sampleOf, SEEN } from "./looks.js";
import { RARE_TEXT, type Terms } from "./search-terms.js";

/** What the groups that failed last, which are fewer, tell beside the first ranks. */
const AS_MUCH = 0.2;

/** Reads a page by count of a text that some groups have, and that is all that is asked for. */
export async function byCountOfText(terms: Terms, scope: CountScope): Promise<OrderedRow[]> {
  const { days, isShort, look, deepen } = scope;
  const rows = isShort ? await deepen(allOf({ of: "seen", most: SEEN.inShort }, scope)) : null;
  if (rows !== null) return rows;
  const byDays = isRankedByDays(scope) && !isShort;
  const top = await look(sampleOf({ ...scope, days: byDays ? days : null }));
  if (top.share < RARE_TEXT) {
    const chosen = await byText(scope.pool, scope.list, { ...scope, most: MOST_BESIDE_RANKS });
    if (chosen !== null) return found(deepen, allOf({ of: "chosen", chosen }, scope));
  }
  const share = top.share * (1 - AS_MUCH) + terms.share * AS_MUCH;
  return found(deepen, byDays ? downToLikely(top, share, scope) : passing(share, scope));
}

const found = async (deepen: CountScope["deepen"], start: Look): Promise<OrderedRow[]> => (await deepen(start)) ?? [];
