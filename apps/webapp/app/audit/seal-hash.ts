import { createHmac, type KeyObject } from "node:crypto";

/** The chain of the instance itself, which has no organization. */
export const INSTANCE = "";

/** What stands before the first link of a chain. */
export const BEGINNING: Buffer = Buffer.alloc(32);

/** A link of one organization's chain: what it seals, and what came before it. */
export interface Link {
  organizationId: string;
  number: bigint;
  sealedAt: Date;
  /** Every row up to here is sealed. */
  through: bigint;
  /** The rows of this link, by number, with their MACs. */
  rows: readonly { seq: bigint; mac: Buffer }[];
  /** Only in the instance's chain: the links that other chains got at the same time. */
  witnessed: readonly { organizationId: string; hash: Buffer }[];
}

const PURPOSE = "trigger.dev/audit-seal/v1";

/** HMAC-SHA256 over a link and the hash of the link before it. */
export function sealHash(key: KeyObject, previous: Buffer, link: Link): Buffer {
  const { organizationId, number, sealedAt, through, rows, witnessed } = link;
  const hmac = createHmac("sha256", key);
  hmac.update(JSON.stringify([PURPOSE, organizationId, `${number}`, sealedAt.toISOString(), `${through}`]));
  hmac.update(previous);
  hmac.update(JSON.stringify([rows.length, witnessed.length]));
  for (const { seq, mac } of rows) hmac.update(JSON.stringify([`${seq}`, mac.toString("base64url")]));
  for (const { organizationId: id, hash } of witnessed) hmac.update(JSON.stringify([id, hash.toString("base64url")]));
  return hmac.digest();
}
