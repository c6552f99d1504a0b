import { randomBytes } from "node:crypto";
import { randomLowerCaseText } from "../random.js";
import type { JwtKey } from "./key.js";

export type RingKey = Required<JwtKey>;

/** Keys of one purpose, newest first: the newest signs, all verify. */
export interface KeyRing {
  keys: readonly [RingKey, ...RingKey[]];
}

/** A key ring that cannot be used. The message never quotes a secret. */
export class KeyRingError extends Error {
  override readonly name = "KeyRingError";
  constructor(
    readonly code: "empty" | "format" | "short" | "duplicate_kid" | "example",
    message: string,
  ) {
    super(message);
  }
}

const KID = /^[\w-]{1,64}$/;
const SECRET = /^[\w-]+$/;
/** 256 bits in base64url. */
const MIN_SECRET_LENGTH = 43;
const MIN_DISTINCT_CHARACTERS = 12;
const EXAMPLE = /example|change-?_?me|secret|password|placeholder|insecure|abcdefgh|12345678/i;

/**
 * Reads `kid:secret[,kid:secret…]`, newest first.
 * @throws {KeyRingError} when a secret is missing, misspelt, short, or plainly no random one.
 */
export function parseKeyRing(text: string): KeyRing {
  const [newest, ...older] = text.split(",").map((entry) => parseEntry(entry.trim()));
  if (!newest) throw new KeyRingError("empty", "holds no key");
  const kids = new Set([newest, ...older].map((key) => key.kid));
  if (kids.size !== older.length + 1) throw new KeyRingError("duplicate_kid", "names two keys with the same kid");
  return { keys: [newest, ...older] };
}

function parseEntry(entry: string): RingKey {
  if (entry === "") throw new KeyRingError("empty", "holds an empty key; write kid:secret[,kid:secret…]");
  const colon = entry.indexOf(":");
  const kid = entry.slice(0, Math.max(colon, 0));
  const secret = entry.slice(colon + 1);
  if (!KID.test(kid)) throw new KeyRingError("format", "must be written kid:secret[,kid:secret…]");
  if (secret.length < MIN_SECRET_LENGTH) {
    throw new KeyRingError("short", `needs a secret of ${MIN_SECRET_LENGTH} or more base64url characters (32 bytes)`);
  }
  if (!SECRET.test(secret)) throw new KeyRingError("format", "needs a secret of base64url characters alone");
  if (new Set(secret).size < MIN_DISTINCT_CHARACTERS || EXAMPLE.test(secret)) {
    throw new KeyRingError("example", "holds an example secret; generate a random one");
  }
  return { kid, secret };
}

/** A new `kid:secret` of 32 random bytes. */
export function createKeyRingEntry(): string {
  return `${randomLowerCaseText(8)}:${randomBytes(32).toString("base64url")}`;
}

/** The text of `ring` as `parseKeyRing` reads it. */
export function formatKeyRing(ring: KeyRing): string {
  return ring.keys.map(({ kid, secret }) => `${kid}:${secret}`).join(",");
}

/** The key of `ring` that a token's header names; null when it names none of them. */
export function findRingKey(ring: KeyRing, kid: string | undefined): RingKey | null {
  return ring.keys.find((key) => key.kid === kid) ?? null;
}
