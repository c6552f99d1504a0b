import { deleteRunsOf } from "@trigger.dev/run-engine";
import { checkMembership } from "./check-membership.server.js";
import { endInvitationsOf } from "./invitation.server.js";
import { lockOrganization, memberRole } from "./membership.server.js";
import { auditChange, inTransaction, type ChangedBy, type OperationContext } from "./operation.server.js";

/** What is left of the membership, for a later one to start after it. */
const END = `
  WITH ended AS (DELETE FROM organization_member WHERE organization_id = $1 AND user_id = $2 RETURNING since)
  INSERT INTO organization_member_removal (organization_id, user_id, since, removed_at)
  SELECT $1, $2, since, clock_timestamp() FROM ended
  ON CONFLICT (organization_id, user_id) DO UPDATE SET since = excluded.since, removed_at = excluded.removed_at`;

const DEV_ENVIRONMENTS = `
  SELECT e.id FROM environment e JOIN project p ON p.id = e.project_id
  WHERE p.organization_id = $1 AND e.owner_user_id = $2`;

/**
 * Ends a membership with its dev environments, their keys and runs. What was exchanged under it stays dead, also when
 * the person comes back.
 * @throws AppError 403 for more than one holds oneself, 404 when there is no such member, 409 for the last owner
 */
export async function removeMember(
  context: OperationContext,
  input: { organization: string; userId: string; by: ChangedBy },
): Promise<{ userId: string; organization: string; role: string }> {
  return inTransaction(context, async (client) => {
    const organization = await lockOrganization(client, input.organization);
    const role = await memberRole(client, organization.id, input.userId);
    const change = { organizationId: organization.id, userId: input.userId, from: role, to: null };
    await checkMembership(client, context, { ...change, by: input.by });
    await endInvitationsOf(client, organization.id, input.userId);
    const member = [organization.id, input.userId];
    await deleteRunsOf(client, DEV_ENVIRONMENTS, member);
    await client.query(`DELETE FROM environment WHERE id IN (${DEV_ENVIRONMENTS})`, member);
    await client.query(END, member);
    await auditChange(client, context, {
      action: "member.remove",
      organizationId: organization.id,
      target: input.userId,
      detail: { role },
      by: input.by,
    });
    return { userId: input.userId, organization: organization.slug, role };
  });
}
