import { createHmac, timingSafeEqual } from "node:crypto";
import type { AppContext } from "../api/context.js";

const PURPOSE = "csrf/v1\0";

const sign = (secret: string, binding: string): Buffer =>
  createHmac("sha256", secret)
    .update(PURPOSE + binding)
    .digest();

/** The hidden field of a form, bound to the secret of the session (or visitor) that it was rendered for. */
export function createCsrfToken({ secrets }: Pick<AppContext, "secrets">, binding: string): string {
  const [newest] = secrets.session.keys;
  if (newest === undefined) throw new Error("SESSION_SECRET holds no key");
  return sign(newest.secret, binding).toString("base64url");
}

/** Whether `token` was made for `binding`, by any key of the ring. */
export function isCsrfToken({ secrets }: Pick<AppContext, "secrets">, binding: string, token: string): boolean {
  const given = Buffer.from(token, "base64url");
  return secrets.session.keys.some(({ secret }) => {
    const expected = sign(secret, binding);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}
