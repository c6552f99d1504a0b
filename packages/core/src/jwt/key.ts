import type { CryptoKey } from "jose";

/** A secret that signs and verifies. Its UTF-8 bytes are the HMAC key. */
export interface JwtKey {
  kid?: string;
  secret: string;
}

const HMAC_SHA256 = { name: "HMAC", hash: "SHA-256" };
const utf8 = new TextEncoder();
const IMPORTED_KEYS_KEPT = 2_000;

/** Imported keys by secret, the most recently used last: importing costs about as much as verifying. */
const imported = new Map<string, Promise<CryptoKey>>();

/** The imported form of `secret`, kept so that a hot key is imported once. */
export function importKey(secret: string): Promise<CryptoKey> {
  const known = imported.get(secret);
  if (known) {
    imported.delete(secret);
    imported.set(secret, known);
    return known;
  }
  const key = crypto.subtle.importKey("raw", utf8.encode(secret), HMAC_SHA256, false, ["sign", "verify"]);
  imported.set(secret, key);
  if (imported.size > IMPORTED_KEYS_KEPT) {
    const [oldest] = imported.keys();
    if (oldest !== undefined) imported.delete(oldest);
  }
  return key;
}
