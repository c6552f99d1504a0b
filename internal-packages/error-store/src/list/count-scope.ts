import type { Pool } from "pg";
import type { Found, Look } from "./count-look.js";
import type { ErrorListPage, OrderedRow } from "./error-list.js";
import type { Needs } from "./looks.js";
import type { Terms } from "./search-terms.js";

/** What a page by count is looked for with. */
export interface CountScope extends Needs {
  pool: Pool;
  terms: Terms | null;
  look: (next: Look) => Promise<Found>;
  /** Looks on until the page is told; null when there are too many groups for that. */
  deepen: (start: Look) => Promise<OrderedRow[] | null>;
}

/** Whether a source had too many to be looked at, so nothing is told. */
export const hasTooMany = ({ cut }: Found): boolean => cut === Number.POSITIVE_INFINITY;

/** Whether a look told the page: no group that it did not count can be on it. */
export function isSettled({ rows, bound }: Found, { size, edge }: ErrorListPage): boolean {
  if (bound === 0) return true;
  if (edge?.direction === "before") return bound < edge.value;
  return rows.length === size && (rows.at(-1)?.value ?? 0) > bound;
}
