import { createHmac } from "node:crypto";

type Text = string | Uint8Array;

const encode = (part: Text): string => Buffer.from(part).toString("base64url");

/** A compact JWS of exactly these bytes, signed with HMAC under the UTF-8 bytes of `secret`. */
export function forgeText(header: Text, payload: Text, secret: string, hash = "sha256"): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${createHmac(hash, Buffer.from(secret)).update(input).digest("base64url")}`;
}

/** The same of JSON values. */
export const forge = (header: unknown, claims: unknown, secret: string, hash = "sha256"): string =>
  forgeText(JSON.stringify(header), JSON.stringify(claims), secret, hash);

/** Header and claims of a token that the server made, and its three parts. */
export function open(token: string): {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  parts: string[];
} {
  const parts = token.replace(/^tr_uat_/, "").split(".");
  const read = (part = "") => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  return { header: read(parts[0]), claims: read(parts[1]), parts };
}

/** `object` without some of its members. */
export const without = (object: Record<string, unknown>, ...names: string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));

/** Another base64url text of the same bytes: the unused low bits of the last character set. Null where there are none. */
export function nonCanonical(text: string): string | null {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  if (text.length % 4 === 0) return null;
  return text.slice(0, -1) + alphabet.charAt(alphabet.indexOf(text.slice(-1)) | 1);
}
