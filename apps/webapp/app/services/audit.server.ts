import { createId } from "@trigger.dev/core/ids";
import type { ClientBase, Pool } from "pg";
import type { Caller } from "../api/authenticate.js";
import type { AppContext } from "../api/context.js";
import { keepableJson, keepableText } from "../audit/canonical-json.js";
import { eventMac, type SignedEvent } from "../audit/event-mac.js";
import type { Witness } from "../audit/witness.server.js";

export interface AuditEntry {
  /** What was done or asked for, as `noun.verb`. */
  action: string;
  outcome: "allowed" | "refused";
  /** Why it was refused, a stable word. */
  reason?: string | null;
  /** Where it belongs. Without it the event is personal: it is entered in the trail of each of the person's organizations. */
  organizationId?: string | null;
  userId?: string | null;
  /** Whom a personal event is about, where that is not who did it. */
  concerns?: string | null;
  credential?: AuditCredential | null;
  /** Id of what it was done to. */
  target?: string | null;
  detail?: Record<string, unknown>;
}

export interface AuditCredential {
  kind: string;
  id?: string;
  parentId?: string;
  /** What the token's maker called it; nobody has verified it. */
  client?: string | null;
}

/** What a row needs of the request that it is about. */
export type AuditContext = Pick<AppContext, "requestId" | "clientAddress" | "auditKey"> & {
  /** Is told of rows that are committed; nobody watches over them without it. */
  witness?: Pick<Witness, "saw">;
};

/** One event, signed and ready to be entered. */
export interface AuditRow extends SignedEvent {
  concerns: string | null;
  mac: string;
}

const keepable = (text: string | null | undefined) => (text == null ? null : keepableText(text));

/** The row of an event, with the time, the address and the request, and signed. */
export function auditValues({ requestId, clientAddress, auditKey }: AuditContext, entry: AuditEntry): AuditRow {
  const row = {
    id: createId("audit"),
    at: new Date().toISOString(),
    organizationId: entry.organizationId ?? null,
    action: entry.action,
    outcome: entry.outcome,
    reason: entry.reason ?? null,
    userId: entry.userId ?? null,
    credential: entry.credential ? keepableJson(entry.credential) : null,
    target: keepable(entry.target),
    address: clientAddress,
    requestId,
    detail: entry.detail ? keepableJson(entry.detail) : null,
    concerns: entry.concerns ?? entry.userId ?? null,
    mac: "",
  };
  row.mac = eventMac(auditKey.key, row);
  return row;
}

/** The columns that are filled from a row as they are; where it is entered and its number come with the statement. */
export const AUDIT_COLUMNS =
  "id, at, action, outcome, reason, user_id, credential, target, address, request_id, detail, mac";

/** Numbers follow the order of the rows. */
const ENTER = `
  INSERT INTO audit_event (organization_id, ${AUDIT_COLUMNS})
  SELECT coalesce(g.organization_id, m.organization_id, ''), ${AUDIT_COLUMNS.split(", ")
    .map((column) => `g.${column}`)
    .join(", ")}
  FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::text[],
      $9::text[], $10::text[], $11::jsonb[], $12::bytea[], $13::text[], $14::text[])
    WITH ORDINALITY AS g (${AUDIT_COLUMNS}, organization_id, concerns, place)
  LEFT JOIN organization_member m ON g.organization_id IS NULL AND m.user_id = g.concerns
  ORDER BY g.place`;

/** Enters rows now; a failure fails the caller. */
export async function enterAudit(client: Pick<ClientBase, "query">, rows: readonly AuditRow[]): Promise<void> {
  const column = (read: (row: AuditRow) => unknown) => rows.map(read);
  await client.query({
    name: "enter-audit",
    text: ENTER,
    values: [
      column((row) => row.id),
      column((row) => row.at),
      column((row) => row.action),
      column((row) => row.outcome),
      column((row) => row.reason),
      column((row) => row.userId),
      column((row) => row.credential),
      column((row) => row.target),
      column((row) => row.address),
      column((row) => row.requestId),
      column((row) => row.detail),
      column((row) => row.mac),
      column((row) => row.organizationId),
      column((row) => row.concerns),
    ],
  });
}

/** Writes one event now; a failure fails the caller. */
export async function audit(context: AuditContext & Pick<AppContext, "pool">, entry: AuditEntry): Promise<void> {
  const row = auditValues(context, entry);
  await enterAudit(context.pool, [row]);
  context.witness?.saw(row);
}

/** The credential of a caller as the trail names it: kind, ledger id, parent, label. */
export function auditCredential({ credential }: Pick<Caller, "credential">): AuditCredential {
  switch (credential.kind) {
    case "uat":
      return { kind: "uat", id: credential.id, parentId: credential.parentId, client: credential.client };
    case "environmentJwt":
      // It is in no ledger; what it was exchanged from is.
      return credential.act
        ? {
            kind: "environmentJwt",
            parentId: credential.act.uatId ?? credential.act.patId,
            client: credential.act.client,
          }
        : { kind: "environmentJwt" };
    default:
      return { kind: credential.kind, id: credential.id };
  }
}

/** Rows that may be written a moment later, many at a time: of reads and exchanges, never of what changes a credential. */
export interface AuditBuffer {
  add(row: AuditRow): void;
  /** Writes what is waiting. */
  flush(): Promise<void>;
}

const FLUSH_AFTER_MS = 250;
const MOST_WAITING = 10_000;

export function createAuditBuffer(
  { pool, witness }: { pool: Pool; witness: Pick<Witness, "saw"> },
  onError: (error: unknown) => void,
): AuditBuffer {
  let waiting: AuditRow[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = async () => {
    clearTimeout(timer);
    timer = undefined;
    const rows = waiting;
    waiting = [];
    if (rows.length === 0) return;
    try {
      await enterAudit(pool, rows);
      for (const row of rows) witness.saw(row);
    } catch (error) {
      onError(error);
    }
  };
  return {
    flush,
    add(row) {
      if (waiting.length >= MOST_WAITING) return onError(new Error("audit buffer is full; a row was dropped"));
      waiting.push(row);
      timer ??= setTimeout(() => void flush(), FLUSH_AFTER_MS);
    },
  };
}
