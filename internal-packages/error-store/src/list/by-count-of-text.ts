import { byText } from "./by-text.js";
import type { Found, Look } from "./count-look.js";
import { type CountScope, isSettled } from "./count-scope.js";
import type { OrderedRow } from "./error-list.js";
import { allOf, downTo, first, floorAfter, isRankedByDays, passing, RANKS_FOR_ONE, SEEN } from "./looks.js";
import { UNIT_MS } from "./range.js";
import { RARE_TEXT, type Terms } from "./search-terms.js";

/** So many times the first ranks are looked at, to tell which share passes. */
const TO_TELL = 4;
/** In so much of the groups that failed last, a text is surely in as many of the ranks as are walked. */
const SURE = 0.05;
/** A floor that was too high is looked for again, one that was too low costs some more groups. */
const ON_THE_SAFE_SIDE = 0.65;

/** Reads a page by count of a text that some groups have, and that is all that is asked for. */
export async function byCountOfText(terms: Terms, scope: CountScope): Promise<OrderedRow[]> {
  const { page, days, isShort, look, deepen } = scope;
  const rows = isShort ? await deepen(allOf({ of: "seen", most: SEEN.inShort }, scope)) : null;
  if (rows !== null) return rows;
  const byDays = isRankedByDays(scope) && !isShort;
  if (!byDays && terms.share >= SURE) return found(deepen, passing(terms.share, scope));
  const top = await look(first({ ...scope, days: byDays ? days : null }, TO_TELL));
  if (isSettled(top, page)) return top.rows;
  const share = (top.share * TO_TELL + terms.share) / (TO_TELL + 1);
  const chosen = share < RARE_TEXT && !terms.areRare ? await byText(scope.pool, scope.list, scope) : null;
  if (chosen !== null) return found(deepen, allOf({ of: "chosen", chosen }, scope));
  return found(deepen, byDays ? downTo(likelyFloor(top, share, scope), scope, true) : passing(share, scope));
}

const found = async (deepen: CountScope["deepen"], start: Look): Promise<OrderedRow[]> => (await deepen(start)) ?? [];

/** How often the last of the page occurred, or less, as the ranks at the cut and the share of them that passes tell. */
function likelyFloor(
  { skipped }: Found,
  share: number,
  { list: { range, asOf }, page: { edge }, days }: CountScope,
): number {
  if (edge?.direction === "before") return Math.max(1, edge.value);
  const [last = 0, start = last] = [days?.[0], days?.at(-1)];
  const ofTheDays = (range.to - range.from) / (Math.min(asOf, last + UNIT_MS.day) - start);
  const likely = Math.floor(skipped * RANKS_FOR_ONE * TO_TELL * share * ofTheDays * ON_THE_SAFE_SIDE);
  return Math.max(1, edge === undefined ? likely : Math.min(likely, floorAfter(edge.value)));
}
