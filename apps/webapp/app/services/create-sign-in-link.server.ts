import { randomBytes } from "node:crypto";
import { createId } from "@trigger.dev/core/ids";
import { sha256 } from "@trigger.dev/rbac";
import { auditChange, inTransaction, type ChangedBy, type OperationContext } from "./operation.server.js";

/** A day; until then it may be opened again, unless a newer one is made or a password set. */
const LIFETIME_SECONDS = 86_400;

/**
 * Makes the link with which a person signs in without a password; an earlier one of theirs ends.
 * @returns the address, to be shown to that person alone, and when it ends.
 */
export async function createSignInLink(
  context: OperationContext & { config: { appOrigin: string } },
  { userId, by }: { userId: string; by: ChangedBy },
): Promise<{ signInUrl: string; expiresAt: Date }> {
  const secret = randomBytes(32).toString("base64url");
  const expiresAt = new Date(Date.now() + LIFETIME_SECONDS * 1000);
  const id = createId("link");
  await inTransaction(context, async (client) => {
    await client.query(`SELECT 1 FROM "user" WHERE id = $1 FOR NO KEY UPDATE`, [userId]);
    await client.query("DELETE FROM sign_in_link WHERE user_id = $1", [userId]);
    await client.query("INSERT INTO sign_in_link (id, secret_hash, user_id, expires_at) VALUES ($1, $2, $3, $4)", [
      id,
      sha256(secret),
      userId,
      expiresAt,
    ]);
    await auditChange(client, context, { action: "sign-in-link.create", concerns: userId, target: userId, by });
  });
  return { signInUrl: `${context.config.appOrigin}/sign-in/link/${secret}`, expiresAt };
}
