import type { AppContext } from "../api/context.js";
import { hashSecret } from "../sessions/session-secret.server.js";
import { auditChange, inTransaction } from "./operation.server.js";

export type LoginRequest =
  | { state: "open"; client: string; address: string; createdAt: Date; expiresAt: Date }
  | { state: "approved" | "used" | "expired" | "unknown" };

interface Decision {
  code: string;
  userId: string;
  sessionId: string;
}

const CODE = /^[\w-]{16,256}$/;

/** What a login asks for, as far as `userId` may know it. */
export async function readLoginRequest(
  { prisma }: Pick<AppContext, "prisma">,
  { code, userId }: { code: string; userId: string },
): Promise<LoginRequest> {
  const found = CODE.test(code)
    ? await prisma.authorizationCode.findUnique({ where: { hash: hashSecret(code) } })
    : null;
  if (!found) return { state: "unknown" };
  if (found.approvedAt !== null) return { state: found.approvedBy === userId ? "approved" : "used" };
  if (found.expiresAt.getTime() <= Date.now()) return { state: "expired" };
  const { client, address, createdAt, expiresAt } = found;
  return { state: "open", client, address, createdAt, expiresAt };
}

/** Approves a login, once: false when it was decided already, or ran out. */
export function approveLoginRequest(context: AppContext, { code, userId, sessionId }: Decision): Promise<boolean> {
  return inTransaction(context, async (client) => {
    const approved = await client.query<{ id: string; client: string; address: string }>(
      `UPDATE authorization_code SET approved_by = $2, approved_at = clock_timestamp()
       WHERE hash = $1 AND approved_at IS NULL AND redeemed_at IS NULL AND expires_at > clock_timestamp()
       RETURNING id, client, address`,
      [hashSecret(code), userId],
    );
    const [row] = approved.rows;
    if (!row) return false;
    const by = { userId, credential: { kind: "session", id: sessionId } };
    const detail = { client: row.client, address: row.address };
    await auditChange(client, context, { action: "login.approve", target: row.id, detail, by });
    return true;
  });
}

/** Ends a login that nobody approved: the client that waits is told at its next question. */
export function denyLoginRequest(context: AppContext, { code, userId, sessionId }: Decision): Promise<boolean> {
  return inTransaction(context, async (client) => {
    const denied = await client.query<{ id: string }>(
      "DELETE FROM authorization_code WHERE hash = $1 AND approved_at IS NULL RETURNING id",
      [hashSecret(code)],
    );
    const [row] = denied.rows;
    if (!row) return false;
    const by = { userId, credential: { kind: "session", id: sessionId } };
    await auditChange(client, context, { action: "login.deny", target: row.id, by });
    return true;
  });
}
