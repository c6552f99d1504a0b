import { allOf, byMinutes, SEEN } from "./looks.js";
import { type CountScope, hasTooMany, isSettled } from "./count-scope.js";
import type { ErrorList, OrderedRow } from "./error-list.js";
import { weighingUnitOf } from "./range.js";

/** Reads a page by count of a short range by what was seen or counted in it alone; null where that is too much. */
export async function byCountInShort(scope: CountScope): Promise<OrderedRow[] | null> {
  const { list, page, look, deepen } = scope;
  if (hasPlace(list)) {
    const rows = await deepen(allOf({ of: "seen", most: SEEN.first }, scope));
    if (rows !== null) return rows;
  }
  if (weighingUnitOf(list.range, Date.now()) !== "minute") return null;
  const told = await look(byMinutes(scope));
  if (isSettled(told, page)) return told.rows;
  return hasTooMany(told) ? null : deepen(allOf({ of: "seen", most: SEEN.inShort }, scope));
}

/** Tasks and statuses have an index in which few groups were seen since a little while ago. */
const hasPlace = ({ filters: { taskIdentifiers, statuses } }: ErrorList): boolean =>
  taskIdentifiers !== undefined || (statuses !== undefined && !statuses.includes("unresolved"));
