import { createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import type { Encryption } from "@trigger.dev/rbac";
import type { Pool } from "pg";
import { z } from "zod";

/** What the trail is signed with. */
export interface AuditKey {
  key: KeyObject;
  /** Rows up to this number were there before there was a key; nobody signed them. */
  unsignedThrough: bigint;
}

/** The context under which the key is sealed at rest. */
export const AUDIT_KEY_CONTEXT = "audit-key";

const NAME = "trail";
const Kept = z.object({ key: z.string().length(43), unsignedThrough: z.string().regex(/^\d+$/) });

/**
 * The key of the trail, made by whoever asks first. The database holds it only encrypted under `ENCRYPTION_KEY`: it
 * needs no secret of its own, and who has the database alone cannot sign with it.
 * @throws SealedTextError when it does not open: another `ENCRYPTION_KEY`, or somebody replaced it
 */
export async function loadAuditKey(pool: Pool, encryption: Encryption): Promise<AuditKey> {
  const known = await readKey(pool);
  const ciphertext = known ?? (await makeKey(pool, encryption));
  const { key, unsignedThrough } = Kept.parse(JSON.parse(await encryption.open(ciphertext, AUDIT_KEY_CONTEXT)));
  return { key: createSecretKey(key, "base64url"), unsignedThrough: BigInt(unsignedThrough) };
}

async function readKey(pool: Pool): Promise<string | undefined> {
  const { rows } = await pool.query<{ ciphertext: string }>("SELECT ciphertext FROM audit_key WHERE id = $1", [NAME]);
  return rows[0]?.ciphertext;
}

async function makeKey(pool: Pool, encryption: Encryption): Promise<string> {
  const { rows } = await pool.query<{ last: string }>("SELECT coalesce(max(seq), 0)::text AS last FROM audit_event");
  const made = { key: randomBytes(32).toString("base64url"), unsignedThrough: rows[0]?.last ?? "0" };
  const sealed = encryption.seal(JSON.stringify(made), AUDIT_KEY_CONTEXT);
  await pool.query("INSERT INTO audit_key (id, ciphertext) VALUES ($1, $2) ON CONFLICT DO NOTHING", [NAME, sealed]);
  // Another process may have been first.
  return (await readKey(pool)) ?? sealed;
}
