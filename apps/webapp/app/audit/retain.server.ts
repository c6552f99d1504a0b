import { auditChange, inTransaction, type ChangedBy, type OperationContext } from "../services/operation.server.js";
import { INSTANCE } from "./seal-hash.js";

export interface Retained {
  /** Null: the instance's own trail. */
  organizationId: string | null;
  removed: number;
}

/**
 * Removes what was sealed before a time, of every organization and the instance. The links of the chains stay, and the
 * trail says what was removed, so that it goes on verifying.
 */
export async function retainAuditSince(
  context: OperationContext,
  { before, by }: { before: Date; by: ChangedBy },
): Promise<Retained[]> {
  const { rows } = await context.pool.query<{ organizationId: string; through: string }>(
    `SELECT organization_id AS "organizationId", max(through)::text AS through FROM audit_seal
     WHERE sealed_at < $1 GROUP BY organization_id ORDER BY organization_id`,
    [before],
  );
  const done: Retained[] = [];
  for (const { organizationId, through } of rows) {
    const removed = await inTransaction(context, async (client) => {
      const answer = await client.query<{ removed: string }>("SELECT audit_retain($1, $2)::text AS removed", [
        organizationId,
        through,
      ]);
      const count = Number(answer.rows[0]?.removed ?? 0);
      // Also when none went: an earlier such event may itself go with this retention.
      await auditChange(client, context, {
        action: "audit.retain",
        target: organizationId === INSTANCE ? null : organizationId,
        detail: { through, removed: count, before: before.toISOString() },
        by,
      });
      return count;
    });
    if (removed > 0) done.push({ organizationId: organizationId || null, removed });
  }
  return done;
}
