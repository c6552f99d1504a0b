import type { AppContext } from "../api/context.js";
import { hashSecret } from "../sessions/session-secret.server.js";

export type FoundLink = { state: "live"; userId: string; email: string } | { state: "expired" } | { state: "unknown" };

/**
 * Whom a sign-in link belongs to. It stays good for its whole life, so that a mail scanner that opens it first does
 * not use it up; a newer link, or a password, ends it.
 * @throws AppError 429 past the attempts that one address has
 */
export async function findSignInLink(context: AppContext, secret: string): Promise<FoundLink> {
  await context.rates.take("signIn", context.clientAddress);
  const refused = (reason: string, userId: string | null) =>
    context.refusals.record(context, { action: "sign-in", reason, userId, detail: { by: "link" } });
  if (!/^[\w-]{43}$/.test(secret)) {
    refused("unknown_link", null);
    return { state: "unknown" };
  }
  const link = await context.prisma.signInLink.findUnique({
    where: { secretHash: hashSecret(secret) },
    include: { user: { select: { email: true } } },
  });
  if (!link) {
    refused("unknown_link", null);
    return { state: "unknown" };
  }
  if (link.expiresAt.getTime() <= Date.now()) {
    refused("expired_link", link.userId);
    return { state: "expired" };
  }
  return { state: "live", userId: link.userId, email: link.user.email };
}
