/**
 * The bytes of `text`, or null unless `text` is their one canonical base64url form (RFC 7515 §2): no padding, no
 * white space, no foreign characters, no stray bits at the end.
 */
export function decodeBase64url(text: string): Buffer | null {
  const bytes = Buffer.from(text, "base64url");
  return bytes.toString("base64url") === text ? bytes : null;
}
