import type { AppContext } from "../api/context.js";
import { audit } from "./audit.server.js";
import { verifyPassword } from "./verify-password.server.js";

/**
 * Whom an email and a password belong to; null when they do not belong together, without saying which is wrong.
 * @throws AppError 429 past the attempts that one address has
 */
export async function signInWithPassword(
  context: AppContext,
  { email, password }: { email: string; password: string },
): Promise<{ userId: string } | null> {
  await context.rates.take("signIn", context.clientAddress);
  const user = await context.prisma.user.findUnique({
    where: { email: email.toLowerCase() },
    select: { id: true, passwordHash: true },
  });
  if (!(await verifyPassword(user?.passwordHash ?? null, password)) || user === null) {
    context.log.info({ reason: "wrong_password", requestId: context.requestId }, "sign-in refused");
    await audit(context, {
      action: "sign-in",
      outcome: "refused",
      reason: "wrong_password",
      userId: user?.id ?? null,
      detail: { by: "password" },
    });
    return null;
  }
  await audit(context, { action: "sign-in", outcome: "allowed", userId: user.id, detail: { by: "password" } });
  return { userId: user.id };
}
