import { createId } from "@trigger.dev/core/ids";
import type { Pool } from "pg";
import type { Caller } from "../api/authenticate.js";
import type { AppContext } from "../api/context.js";

export interface AuditEntry {
  action: string;
  outcome: "allowed" | "refused";
  organizationId?: string | null;
  userId?: string | null;
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

/** The columns of one audit row, in the order of `AUDIT_COLUMNS`. */
export const AUDIT_COLUMNS =
  "id, action, outcome, organization_id, user_id, credential, target, address, request_id, detail";

export function auditValues(context: Pick<AppContext, "requestId" | "clientAddress">, entry: AuditEntry): unknown[] {
  return [
    createId("audit"),
    entry.action,
    entry.outcome,
    entry.organizationId ?? null,
    entry.userId ?? null,
    entry.credential ? JSON.stringify(entry.credential) : null,
    entry.target ?? null,
    context.clientAddress,
    context.requestId,
    entry.detail ? JSON.stringify(entry.detail) : null,
  ];
}

/** `$n` placeholders for one audit row, starting after `offset`. */
export const auditPlaceholders = (offset: number) =>
  Array.from({ length: 10 }, (_, index) => `$${offset + index + 1}`).join(", ");

/** Writes one row now; a failure fails the caller. */
export async function audit(context: Pick<AppContext, "pool" | "requestId" | "clientAddress">, entry: AuditEntry) {
  await context.pool.query(
    `INSERT INTO audit_event (${AUDIT_COLUMNS}) VALUES (${auditPlaceholders(0)})`,
    auditValues(context, entry),
  );
}

/** The credential of a caller as the trail names it: kind, ledger id, parent, label. */
export function auditCredential({ credential }: Pick<Caller, "credential">): AuditCredential {
  switch (credential.kind) {
    case "uat":
      return { kind: "uat", id: credential.id, parentId: credential.parentId, client: credential.client };
    case "environmentJwt":
      return credential.act
        ? { kind: "environmentJwt", id: credential.act.uatId ?? credential.act.patId, client: credential.act.client }
        : { kind: "environmentJwt" };
    default:
      return { kind: credential.kind, id: credential.id };
  }
}

/** Rows that may be written a moment later, many at a time: of reads and exchanges, never of what changes a credential. */
export interface AuditBuffer {
  add(values: unknown[]): void;
  /** Writes what is waiting. */
  flush(): Promise<void>;
}

const FLUSH_AFTER_MS = 250;
const MOST_WAITING = 10_000;

export function createAuditBuffer(pool: Pool, onError: (error: unknown) => void): AuditBuffer {
  let waiting: unknown[][] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = async () => {
    clearTimeout(timer);
    timer = undefined;
    const rows = waiting;
    waiting = [];
    if (rows.length === 0) return;
    const columns = Array.from({ length: 10 }, (_, column) => rows.map((row) => row[column]));
    try {
      await pool.query(
        `INSERT INTO audit_event (${AUDIT_COLUMNS}) SELECT * FROM unnest(
          $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::text[], $8::text[], $9::text[], $10::jsonb[])`,
        columns,
      );
    } catch (error) {
      onError(error);
    }
  };
  return {
    flush,
    add(values) {
      if (waiting.length >= MOST_WAITING) return onError(new Error("audit buffer is full; a row was dropped"));
      waiting.push(values);
      timer ??= setTimeout(() => void flush(), FLUSH_AFTER_MS);
    },
  };
}
