import { deleteRunsOf } from "@trigger.dev/run-engine";
import type { ClientBase } from "pg";
import { AppError, notFound } from "../api/errors.js";
import { addMember } from "./add-member.server.js";
import { OWNER } from "./membership.server.js";
import { auditChange, inTransaction, type ChangedBy, type SealingContext } from "./operation.server.js";
import { setMemberRole } from "./set-member-role.server.js";

export interface DeleteUserInput {
  userId: string;
  /** Who becomes the owner of the organizations that would have none. */
  successorId?: string | undefined;
  by: ChangedBy;
}

/**
 * Deletes an account with its memberships, dev environments and their runs, sessions and tokens: all that was derived
 * from them ends with it. Organizations stay; the answer names those that the successor owns now.
 * @throws AppError 404; 409 when an organization would be left without an owner
 */
export async function deleteUser(
  context: SealingContext,
  { userId, successorId, by }: DeleteUserInput,
): Promise<{ userId: string; email: string; handedOver: string[] }> {
  return inTransaction(context, async (transaction) => {
    const found = await transaction.query<{ email: string }>(`SELECT email FROM "user" WHERE id = $1`, [userId]);
    const email = found.rows[0]?.email;
    if (email === undefined) throw notFound("User");
    const organizations = await lockOrganizationsOf(transaction, userId);
    const handedOver = organizations.flatMap(({ slug, isLastOwner }) => (isLastOwner ? [slug] : []));
    if (successorId === undefined || successorId === userId) refuseToLeave(email, handedOver);
    else for (const slug of handedOver) await makeOwner({ ...context, transaction }, { slug, userId: successorId, by });
    await deleteRunsOf(transaction, "SELECT id FROM environment WHERE owner_user_id = $1", [userId]);
    const deleted = await transaction.query(`DELETE FROM "user" WHERE id = $1`, [userId]);
    if (deleted.rowCount === 0) throw notFound("User");
    const trails = organizations.length > 0 ? organizations.map(({ id }) => id) : [null];
    for (const organizationId of trails) {
      await auditChange(transaction, context, {
        action: "user.delete",
        organizationId,
        target: userId,
        detail: { email },
        by,
      });
    }
    return { userId, email, handedOver };
  });
}

interface Membership {
  id: string;
  slug: string;
  isLastOwner: boolean;
}

async function lockOrganizationsOf(client: ClientBase, userId: string): Promise<Membership[]> {
  await client.query(
    `SELECT o.id FROM organization o JOIN organization_member m ON m.organization_id = o.id
     WHERE m.user_id = $1 ORDER BY o.id FOR NO KEY UPDATE OF o`,
    [userId],
  );
  // Asked again once they are locked: another owner may have gone meanwhile.
  const { rows } = await client.query<Membership>(
    `SELECT o.id, o.slug, m.role = $2 AND NOT EXISTS (
       SELECT FROM organization_member other
       WHERE other.organization_id = o.id AND other.user_id <> $1 AND other.role = $2) AS "isLastOwner"
     FROM organization o JOIN organization_member m ON m.organization_id = o.id WHERE m.user_id = $1 ORDER BY o.slug`,
    [userId, OWNER],
  );
  return rows;
}

function refuseToLeave(email: string, slugs: readonly string[]): void {
  if (slugs.length === 0) return;
  const which = `the last owner of ${slugs.join(", ")}`;
  throw new AppError("conflict", `${email} is ${which}. Make another member an owner first, or name a successor.`);
}

async function makeOwner(
  context: SealingContext,
  { slug, userId, by }: { slug: string; userId: string; by: ChangedBy },
): Promise<void> {
  const { rowCount } = await (context.transaction ?? context.pool).query(
    `SELECT 1 FROM organization_member m JOIN organization o ON o.id = m.organization_id
     WHERE o.slug = $1 AND m.user_id = $2`,
    [slug, userId],
  );
  const change = { organization: slug, userId, role: OWNER, by };
  await (rowCount === 0 ? addMember(context, change) : setMemberRole(context, change));
}
