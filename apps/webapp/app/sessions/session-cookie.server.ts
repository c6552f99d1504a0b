import { type Cookie, createCookie } from "@remix-run/node";
import type { AppContext } from "../api/context.js";

/** How long a sign-in lasts. */
export const SESSION_SECONDS = 30 * 24 * 3600;

type CookieContext = Pick<AppContext, "config" | "secrets">;

interface CookieOptions {
  name: string;
  maxAgeSeconds?: number;
}

/**
 * A signed cookie of this host alone: the newest key of the ring signs, the older ones verify until they are removed.
 * Over https its name makes browsers hold it to that (RFC 6265bis §4.1.3.2).
 */
function hostCookie({ config, secrets }: CookieContext, { name, maxAgeSeconds }: CookieOptions): Cookie {
  const secure = config.appOrigin.startsWith("https:");
  return createCookie(secure ? `__Host-${name}` : name, {
    httpOnly: true,
    sameSite: "lax",
    path: "/",
    secure,
    secrets: secrets.session.keys.map((key) => key.secret),
    ...(maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds }),
  });
}

/** Holds the session's random secret. */
export const sessionCookie = (context: CookieContext): Cookie =>
  hostCookie(context, { name: "trigger_session", maxAgeSeconds: SESSION_SECONDS });

/** Holds what the forms of somebody who is not signed in are bound to. */
export const visitorCookie = (context: CookieContext): Cookie => hostCookie(context, { name: "trigger_visitor" });

/** Reads a cookie of ours; null when it is absent or its signature is nobody's. */
export async function readCookie(cookie: Cookie, request: Request): Promise<string | null> {
  const value: unknown = await cookie.parse(request.headers.get("cookie"));
  return typeof value === "string" && /^[\w-]{43}$/.test(value) ? value : null;
}
