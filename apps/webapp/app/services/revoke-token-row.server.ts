import { auditChange, inTransaction, type ChangedBy, type OperationContext } from "./operation.server.js";

export interface Revocation {
  tokenId: string;
  /** Whose it must be; null for the operator, who may revoke anybody's. */
  ownerUserId?: string | null;
  by: ChangedBy;
}

const KINDS = {
  pat: "personal_access_token",
  uat: "user_actor_token",
} as const;

/**
 * Revokes one token by its id, in one small write: what was made from it asks for it on every request.
 * @returns false when there is no such token, or it is not `ownerUserId`'s; true also when it was revoked before.
 */
export async function revokeTokenRow(
  context: OperationContext,
  kind: keyof typeof KINDS,
  { tokenId, ownerUserId = null, by }: Revocation,
): Promise<boolean> {
  const table = KINDS[kind];
  return inTransaction(context, async (client) => {
    const revoked = await client.query(
      `UPDATE ${table} SET revoked_at = clock_timestamp()
       WHERE id = $1 AND ($2::text IS NULL OR user_id = $2) AND revoked_at IS NULL`,
      [tokenId, ownerUserId],
    );
    if (revoked.rowCount === 1) {
      await auditChange(client, context, { action: `${kind}.revoke`, target: tokenId, by });
      return true;
    }
    const known = await client.query(`SELECT 1 FROM ${table} WHERE id = $1 AND ($2::text IS NULL OR user_id = $2)`, [
      tokenId,
      ownerUserId,
    ]);
    return known.rowCount === 1;
  });
}
