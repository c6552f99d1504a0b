import { keepAnOwner, lockOrganization, memberRole, OWNER, parseRole } from "./membership.server.js";
import { auditChange, inTransaction, type ChangedBy, type OperationContext } from "./operation.server.js";

/**
 * Gives a member another role; it holds from their next request on.
 * @throws AppError 400 for the last owner or a role that cannot be, 404 when there is no such member
 */
export async function setMemberRole(
  context: OperationContext,
  input: { organization: string; userId: string; role: string; by: ChangedBy },
): Promise<{ userId: string; organization: string; role: string }> {
  const role = parseRole(input.role);
  return inTransaction(context, async (client) => {
    const organization = await lockOrganization(client, input.organization);
    const before = await memberRole(client, organization.id, input.userId);
    if (before === OWNER && role !== OWNER) await keepAnOwner(client, organization.id, input.userId);
    await client.query("UPDATE organization_member SET role = $3 WHERE organization_id = $1 AND user_id = $2", [
      organization.id,
      input.userId,
      role,
    ]);
    await auditChange(client, context, {
      action: "member.set-role",
      organizationId: organization.id,
      target: input.userId,
      detail: { before, role },
      by: input.by,
    });
    return { userId: input.userId, organization: organization.slug, role };
  });
}
