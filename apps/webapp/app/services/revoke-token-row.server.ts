import { AUDIT_COLUMNS, auditValues } from "./audit.server.js";
import { type ChangedBy, type OperationContext, watchRow } from "./operation.server.js";

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

/** One statement and so one transaction: nothing is revoked without its rows in the trail. `$2` is null for anybody's. */
const revoke = (table: string) => `
  WITH revoked AS (
    UPDATE ${table} SET revoked_at = clock_timestamp()
    WHERE id = $1 AND ($2::text IS NULL OR user_id = $2) AND revoked_at IS NULL RETURNING user_id),
  audited AS (
    INSERT INTO audit_event (organization_id, ${AUDIT_COLUMNS})
    SELECT coalesce(m.organization_id, ''), $3, $4::timestamptz, $5, 'allowed', NULL, $6, $7::jsonb, $1, $8, $9, $10::jsonb,
      $11::bytea
    FROM revoked LEFT JOIN organization_member m USING (user_id))
  SELECT EXISTS (SELECT FROM revoked) AS "isRevoked" FROM ${table} WHERE id = $1 AND ($2::text IS NULL OR user_id = $2)`;

const REVOKE = { pat: revoke(KINDS.pat), uat: revoke(KINDS.uat) };

/**
 * Revokes one token by its id, in one small write: what was made from it asks for it on every request.
 * @returns false when there is no such token, or it is not `ownerUserId`'s; true also when it was revoked before.
 */
export async function revokeTokenRow(
  context: OperationContext,
  kind: keyof typeof KINDS,
  { tokenId, ownerUserId = null, by }: Revocation,
): Promise<boolean> {
  const row = auditValues(context, {
    action: `${kind}.revoke`,
    outcome: "allowed",
    userId: by.userId,
    credential: by.credential,
    target: tokenId,
  });
  const answer = await (context.transaction ?? context.pool).query<{ isRevoked: boolean }>({
    name: `revoke-${kind}`,
    text: REVOKE[kind],
    values: [
      tokenId,
      ownerUserId,
      row.id,
      row.at,
      row.action,
      row.userId,
      row.credential,
      row.address,
      row.requestId,
      row.detail,
      row.mac,
    ],
  });
  const [known] = answer.rows;
  if (known?.isRevoked) watchRow(context, row);
  return known !== undefined;
}
