import { createHmac, type KeyObject, timingSafeEqual } from "node:crypto";

/** The HS256 signature (RFC 7518 §3.2) of a JWS signing input, `header.payload`, in base64url. */
export const signatureOf = (signingInput: string, key: KeyObject): string =>
  createHmac("sha256", key).update(signingInput).digest("base64url");

/** Whether `key` made the HS256 signature of a compact JWS, told in a time that does not depend on it. */
export function isSignedWith(token: string, key: KeyObject): boolean {
  const end = token.lastIndexOf(".");
  const given = Buffer.from(token.slice(end + 1));
  const right = Buffer.from(signatureOf(token.slice(0, end), key));
  return given.length === right.length && timingSafeEqual(given, right);
}
