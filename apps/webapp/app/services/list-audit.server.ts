import type { ListAuditQuery, ListAuditResponse } from "@trigger.dev/core/v3";
import type { Organization } from "@trigger.dev/plugins/rbac";
import type { Encryption } from "@trigger.dev/rbac";
import type { AppContext } from "../api/context.js";
import { invalidRequest } from "../api/invalid-request.js";
import { readEvents } from "./audit-query.server.js";

/** Sealed, as the numbers count every organization's events. */
const cursorContext = (organizationId: string) => `audit-cursor/${organizationId}`;

/**
 * A page of an organization's audit trail, newest first. Pages go by the number of the last event: what is written
 * meanwhile moves none of them.
 * @throws AppError 400 for a cursor that is none of this trail's
 */
export async function listAudit(
  { pool, encryption }: Pick<AppContext, "pool" | "encryption">,
  { id }: Organization,
  query: ListAuditQuery,
): Promise<ListAuditResponse> {
  const { size, after } = query.page;
  const before = after === undefined ? null : await openCursor(encryption, id, after);
  const found = await readEvents(pool, id, { query, before, limit: size + 1 });
  const page = found.slice(0, size);
  const last = page.at(-1);
  return {
    data: page.map(({ event }) => event),
    pagination: found.length > size && last ? { next: encryption.seal(last.seq, cursorContext(id)) } : {},
  };
}

async function openCursor(encryption: Encryption, organizationId: string, cursor: string): Promise<string> {
  try {
    return await encryption.open(cursor, cursorContext(organizationId));
  } catch {
    throw invalidRequest({ path: "query.page[after]", message: "is no cursor of this audit trail" });
  }
}
