import { createId } from "@trigger.dev/core/ids";
import type { User } from "@trigger.dev/plugins/rbac";
import { redirect } from "@remix-run/node";
import type { AppContext } from "../api/context.js";
import { createCsrfToken } from "./csrf.server.js";
import { orUnavailable } from "./or-unavailable.server.js";
import { createSecret, hashSecret } from "./session-secret.server.js";
import { readCookie, SESSION_SECONDS, sessionCookie } from "./session-cookie.server.js";

export interface SignedIn {
  user: User;
  sessionId: string;
  /** What the forms of this session are bound to. */
  binding: string;
  csrf: string;
}

/**
 * Who is signed in, live: null when nobody is, or their session ended.
 * @throws Response 503 when that cannot be told
 */
export async function readSession(request: Request, context: AppContext): Promise<SignedIn | null> {
  const secret = await readCookie(sessionCookie(context), request);
  if (secret === null) return null;
  const ask = () => context.rbac.authenticateSession(secret, { target: { kind: "none" } });
  const found = await orUnavailable(context, ask);
  if (!found.ok) return null;
  const { user, credential } = found.authentication;
  return { user, sessionId: credential.id, binding: secret, csrf: createCsrfToken(context, secret) };
}

/** Who is signed in; sends anybody else to sign in and back to this page. */
export async function requireUser(request: Request, context: AppContext): Promise<SignedIn> {
  const session = await readSession(request, context);
  if (session) return session;
  const { pathname, search } = new URL(request.url);
  // A form that was sent is not sent again by itself.
  const back = request.method === "GET" ? `${pathname}${search}` : pathname;
  throw redirect(back === "/" ? "/sign-in" : `/sign-in?redirectTo=${encodeURIComponent(back)}`);
}

/**
 * Starts a session that nobody knew the secret of before, and ends the one that this browser had. Answers the
 * `Set-Cookie` value.
 */
export async function startSession(request: Request, context: AppContext, userId: string): Promise<string> {
  await endSession(request, context);
  const secret = createSecret();
  const now = Date.now();
  const expiresAt = new Date(now + SESSION_SECONDS * 1000);
  // Nobody else looks at this person's ended ones.
  await context.prisma.session.deleteMany({ where: { userId, expiresAt: { lt: new Date(now) } } });
  await context.prisma.session.create({
    data: { id: createId("session"), secretHash: hashSecret(secret), userId, expiresAt },
  });
  return sessionCookie(context).serialize(secret);
}

/** Ends this browser's session, if it has one. Answers the `Set-Cookie` value that removes its cookie. */
export async function endSession(request: Request, context: AppContext): Promise<string> {
  const secret = await readCookie(sessionCookie(context), request);
  if (secret !== null) await context.prisma.session.deleteMany({ where: { secretHash: hashSecret(secret) } });
  return sessionCookie(context).serialize("", { maxAge: 0 });
}
