import { type ErrorCursor, openErrorCursor, sealErrorCursor } from "@trigger.dev/errors";
import type { AppContext } from "../api/context.js";
import { invalidRequest } from "../api/invalid-request.js";

/** What a cursor is good for: one order of one list. */
export interface CursorScope {
  sort: string;
  /** The environment and every filter. */
  filters: Record<string, unknown>;
}

/** Where a page begins: at the edge of another. */
export interface PageEdge {
  direction: "after" | "before";
  cursor: ErrorCursor;
}

type Context = Pick<AppContext, "secrets">;

/**
 * The edge that a request names, or undefined for the first page. A client that turns back sends the cursor that it
 * came by as well: the later one is meant.
 * @throws AppError 400 for a cursor that was altered, or is of another list
 */
export function pageEdge(
  { secrets }: Context,
  scope: CursorScope,
  page: { after: string | undefined; before: string | undefined },
): PageEdge | undefined {
  const open = (text: string, param: string): ErrorCursor => {
    for (const { secret } of secrets.encryption.keys) {
      const opened = openErrorCursor(text, { ...scope, key: secret });
      if (opened.ok) return opened.cursor;
    }
    throw invalidRequest({ path: param, message: "must be a cursor of an earlier page of this very list" });
  };
  const after = page.after === undefined ? undefined : open(page.after, "query.page[after]");
  const before = page.before === undefined ? undefined : open(page.before, "query.page[before]");
  if (after && before && after.turn === before.turn) {
    throw invalidRequest({ path: "query.page[before]", message: "and query.page[after] exclude each other" });
  }
  if (before && (!after || before.turn > after.turn)) return { direction: "before", cursor: before };
  return after && { direction: "after", cursor: after };
}

/** The cursors of a page: of its last row where there is a page after it, of its first where there is one before. */
export function pageCursors(
  { secrets }: Context,
  scope: CursorScope,
  page: { rows: readonly { value: number; id: string }[]; more: boolean; edge: PageEdge | undefined; asOf: number },
): { next?: string; previous?: string } {
  const { rows, more, edge, asOf } = page;
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return {};
  const turn = (edge?.cursor.turn ?? 0) + 1;
  const seal = ({ value, id }: { value: number; id: string }) =>
    sealErrorCursor({ sort: scope.sort, value, id, asOf, turn }, { ...scope, key: secrets.encryption.keys[0].secret });
  const backwards = edge?.direction === "before";
  return {
    ...(backwards || more ? { next: seal(last) } : {}),
    ...((backwards ? more : edge !== undefined) ? { previous: seal(first) } : {}),
  };
}
