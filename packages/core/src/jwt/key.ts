import { createSecretKey, type KeyObject } from "node:crypto";

/** A secret that signs and verifies. Its UTF-8 bytes are the HMAC key. */
export interface JwtKey {
  kid?: string;
  secret: string;
}

const IMPORTED_KEYS_KEPT = 2_000;

/** Imported keys by secret, the most recently used last. */
const imported = new Map<string, KeyObject>();

/** The imported form of `secret`, kept so that a hot key is imported once. */
export function importKey(secret: string): KeyObject {
  const known = imported.get(secret);
  if (known) {
    imported.delete(secret);
    imported.set(secret, known);
    return known;
  }
  const key = createSecretKey(secret, "utf8");
  imported.set(secret, key);
  if (imported.size > IMPORTED_KEYS_KEPT) {
    const [oldest] = imported.keys();
    if (oldest !== undefined) imported.delete(oldest);
  }
  return key;
}
