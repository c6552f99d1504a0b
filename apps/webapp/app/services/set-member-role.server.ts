import { checkMembership } from "./check-membership.server.js";
import { endInvitationsOf } from "./invitation.server.js";
import { lockOrganization, memberRole, parseRole } from "./membership.server.js";
import { auditChange, inTransaction, type ChangedBy, type OperationContext } from "./operation.server.js";

/**
 * Gives a member another role; it holds from their next request on.
 * @throws AppError 400 for a role that cannot be, 403 for more than one holds oneself, 404 when there is no such member or
 * role, 409 for the last owner
 */
export async function setMemberRole(
  context: OperationContext,
  input: { organization: string; userId: string; role: string; by: ChangedBy },
): Promise<{ userId: string; organization: string; role: string }> {
  const role = parseRole(input.role);
  return inTransaction(context, async (client) => {
    const organization = await lockOrganization(client, input.organization);
    const before = await memberRole(client, organization.id, input.userId);
    const change = { organizationId: organization.id, userId: input.userId, from: before, to: role };
    await checkMembership(client, context, { ...change, by: input.by });
    await endInvitationsOf(client, organization.id, input.userId);
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
