import type { AppContext } from "../api/context.js";
import { createCsrfToken } from "./csrf.server.js";
import { readCookie, visitorCookie } from "./session-cookie.server.js";
import { createSecret } from "./session-secret.server.js";

export interface Visitor {
  csrf: string;
  /** To send along when the browser has no such cookie yet. */
  headers: Record<string, string>;
}

/** What the forms of somebody who is not signed in are bound to; null when their browser did not send it. */
export const readVisitor = (request: Request, context: AppContext): Promise<string | null> =>
  readCookie(visitorCookie(context), request);

/** Prepares the sign-in form: a CSRF token, and the cookie it is bound to. */
export async function welcomeVisitor(request: Request, context: AppContext): Promise<Visitor> {
  const known = await readVisitor(request, context);
  if (known !== null) return { csrf: createCsrfToken(context, known), headers: {} };
  const secret = createSecret();
  return {
    csrf: createCsrfToken(context, secret),
    headers: { "set-cookie": await visitorCookie(context).serialize(secret) },
  };
}
