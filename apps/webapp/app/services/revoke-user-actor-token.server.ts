import { auditChange, inTransaction, type ChangedBy, type OperationContext } from "./operation.server.js";

/**
 * Revokes a user-actor token by its ledger id; what was exchanged from it ends with it.
 * @returns false when there is no such token, or it is not `ownerUserId`'s; true also when it was revoked before.
 */
export async function revokeUserActorToken(
  context: OperationContext,
  { tokenId, ownerUserId = null, by }: { tokenId: string; ownerUserId?: string | null; by: ChangedBy },
): Promise<boolean> {
  return inTransaction(context, async (client) => {
    const revoked = await client.query(
      `UPDATE user_actor_token SET revoked_at = clock_timestamp()
       WHERE id = $1 AND ($2::text IS NULL OR user_id = $2) AND revoked_at IS NULL`,
      [tokenId, ownerUserId],
    );
    if (revoked.rowCount === 1) {
      await auditChange(client, context, { action: "uat.revoke", target: tokenId, by });
      return true;
    }
    const { rowCount } = await client.query(
      "SELECT 1 FROM user_actor_token WHERE id = $1 AND ($2::text IS NULL OR user_id = $2)",
      [tokenId, ownerUserId],
    );
    return rowCount === 1;
  });
}
