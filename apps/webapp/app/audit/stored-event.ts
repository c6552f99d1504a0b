import { canonicalJson } from "./canonical-json.js";
import { byteaText, eventMac, type SignedEvent } from "./event-mac.js";
import type { AuditKey } from "./audit-key.server.js";

/** A row of the trail as the database answers it. */
export interface StoredEvent {
  organizationId: string;
  seq: string;
  id: string;
  at: Date;
  action: string;
  outcome: string;
  reason: string | null;
  userId: string | null;
  credential: unknown;
  target: string | null;
  address: string | null;
  requestId: string | null;
  detail: unknown;
  mac: Buffer;
}

/** What is read of a row. */
export const STORED_COLUMNS = `organization_id AS "organizationId", seq::text, id, at, action, outcome, reason,
  user_id AS "userId", credential, target, address, request_id AS "requestId", detail, mac`;

const jsonText = (value: unknown) => (value === null ? null : canonicalJson(value));

/** Whether a row says what it said when it was written: "unsigned" where it is from before there was a key. */
export function checkEvent({ key, unsignedThrough }: AuditKey, row: StoredEvent): "genuine" | "unsigned" | "altered" {
  if (row.mac.length === 0) return BigInt(row.seq) <= unsignedThrough ? "unsigned" : "altered";
  const mac = byteaText(row.mac);
  const said: SignedEvent = {
    ...row,
    at: row.at.toISOString(),
    credential: jsonText(row.credential),
    detail: jsonText(row.detail),
  };
  // A personal event is signed without the organizations that it is entered in; the seals say which those are.
  const isGenuine = [row.organizationId || null, null].some(
    (organizationId) => eventMac(key, { ...said, organizationId }) === mac,
  );
  return isGenuine ? "genuine" : "altered";
}
