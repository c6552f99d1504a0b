import { createHmac, type KeyObject } from "node:crypto";

/** What a row of the trail says, in the form that it is signed in. JSON is canonical text. */
export interface SignedEvent {
  id: string;
  /** ISO 8601, UTC, to the millisecond. */
  at: string;
  /** Null: personal, entered in the trail of every organization of the person that it concerns. */
  organizationId: string | null;
  action: string;
  outcome: string;
  reason: string | null;
  userId: string | null;
  credential: string | null;
  target: string | null;
  address: string | null;
  requestId: string | null;
  detail: string | null;
}

const PURPOSE = "trigger.dev/audit-event/v1";

/** Bytes as PostgreSQL reads and writes a `bytea` in text. */
export const byteaText = (bytes: Buffer): string => `\\x${bytes.toString("hex")}`;

/**
 * HMAC-SHA256 (RFC 2104) over everything that an event says: who holds only the database cannot make another. As
 * the text of a `bytea`.
 */
export function eventMac(key: KeyObject, event: SignedEvent): string {
  const { id, at, organizationId, action, outcome, reason, userId } = event;
  const { credential, target, address, requestId, detail } = event;
  const who = [userId, credential, target, address, requestId, detail];
  const text = JSON.stringify([PURPOSE, id, at, organizationId, action, outcome, reason, ...who]);
  return `\\x${createHmac("sha256", key).update(text).digest("hex")}`;
}
