import { deleteRunsOf } from "@trigger.dev/run-engine";
import { notFound } from "../api/errors.js";
import { auditChange, inTransaction, type ChangedBy, type OperationContext } from "./operation.server.js";

/**
 * Deletes an account with its memberships, dev environments and their runs, sessions and tokens: all that was derived
 * from them ends with it. Organizations stay; the answer names those that have no owner left.
 * @throws AppError 404
 */
export async function deleteUser(
  context: OperationContext,
  { userId, by }: { userId: string; by: ChangedBy },
): Promise<{ userId: string; email: string; ownerless: string[] }> {
  return inTransaction(context, async (client) => {
    const organizations = await client.query<{ id: string }>(
      `SELECT o.id FROM organization o JOIN organization_member m ON m.organization_id = o.id
       WHERE m.user_id = $1 ORDER BY o.id FOR NO KEY UPDATE OF o`,
      [userId],
    );
    await deleteRunsOf(client, "SELECT id FROM environment WHERE owner_user_id = $1", [userId]);
    const deleted = await client.query<{ email: string }>(`DELETE FROM "user" WHERE id = $1 RETURNING email`, [userId]);
    const email = deleted.rows[0]?.email;
    if (email === undefined) throw notFound("User");
    const ids = organizations.rows.map((row) => row.id);
    const ownerless = await client.query<{ slug: string }>(
      `SELECT slug FROM organization o WHERE id = ANY($1) AND NOT EXISTS
         (SELECT 1 FROM organization_member WHERE organization_id = o.id AND role = 'owner') ORDER BY slug`,
      [ids],
    );
    for (const organizationId of ids.length > 0 ? ids : [null]) {
      await auditChange(client, context, {
        action: "user.delete",
        organizationId,
        target: userId,
        detail: { email },
        by,
      });
    }
    return { userId, email, ownerless: ownerless.rows.map((row) => row.slug) };
  });
}
