import type { AppContext } from "../api/context.js";
import { auditChange, inTransaction } from "./operation.server.js";
import { hashPassword, MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, verifyPassword } from "./verify-password.server.js";

export type SetPasswordProblem = "too_short" | "too_long" | "not_repeated" | "wrong_current";

export interface SetPasswordInput {
  userId: string;
  sessionId: string;
  /** Asked for once there is one. */
  current: string;
  next: string;
  repeated: string;
}

/** Whether a person has a password yet. */
export async function hasPassword({ prisma }: Pick<AppContext, "prisma">, userId: string): Promise<boolean> {
  const user = await prisma.user.findUnique({ where: { id: userId }, select: { passwordHash: true } });
  return user?.passwordHash != null;
}

/**
 * Sets or changes a password. It ends every session and sign-in link of that person, also the one that asks:
 * whoever else may have been in is out.
 * @throws AppError 429 past the attempts that one address has
 */
export async function setPassword(context: AppContext, input: SetPasswordInput): Promise<SetPasswordProblem | null> {
  const { userId, sessionId, current, next, repeated } = input;
  if ([...next].length < MIN_PASSWORD_LENGTH) return "too_short";
  if (next.length > MAX_PASSWORD_LENGTH) return "too_long";
  if (next !== repeated) return "not_repeated";
  await context.rates.take("signIn", context.clientAddress);
  const user = await context.prisma.user.findUniqueOrThrow({ where: { id: userId }, select: { passwordHash: true } });
  if (user.passwordHash !== null && !(await verifyPassword(user.passwordHash, current))) return "wrong_current";
  const passwordHash = await hashPassword(next);
  return inTransaction(context, async (client) => {
    // Of two changes at once the second was checked against a password that is no more.
    const { rowCount } = await client.query(
      `UPDATE "user" SET password_hash = $2 WHERE id = $1 AND password_hash IS NOT DISTINCT FROM $3`,
      [userId, passwordHash, user.passwordHash],
    );
    if (rowCount !== 1) return "wrong_current";
    await client.query("DELETE FROM session WHERE user_id = $1", [userId]);
    await client.query("DELETE FROM sign_in_link WHERE user_id = $1", [userId]);
    const by = { userId, credential: { kind: "session", id: sessionId } };
    await auditChange(client, context, { action: "password.set", target: userId, by });
    return null;
  });
}
