import { checkMembership } from "./check-membership.server.js";
import { createEnvironments } from "./create-environments.server.js";
import { DEFAULT_ROLE, lockOrganization, parseRole } from "./membership.server.js";
import { auditChange, inTransaction, type ChangedBy, type SealingContext } from "./operation.server.js";
import { refuse } from "./refuse.server.js";

/**
 * Begins a membership. It starts in a whole second, later than everything that was issued in an earlier one.
 */
const BEGIN = `
  INSERT INTO organization_member (organization_id, user_id, role, since)
  SELECT $1, $2, $3, greatest(
    date_trunc('second', now()),
    (SELECT greatest(date_trunc('second', removed_at), date_trunc('second', since)) + interval '1 second'
     FROM organization_member_removal WHERE organization_id = $1 AND user_id = $2))
  ON CONFLICT DO NOTHING`;

/**
 * Makes a person a member, with a dev environment of their own in every project.
 * @throws AppError 400 when they are a member already or the role cannot be, 404 when there is no such organization or role
 */
export async function addMember(
  context: SealingContext,
  input: { organization: string; userId: string; role?: string | undefined; by: ChangedBy },
): Promise<{ userId: string; organization: string; role: string }> {
  const role = parseRole(input.role ?? DEFAULT_ROLE);
  return inTransaction(context, async (client) => {
    const organization = await lockOrganization(client, input.organization);
    const change = { organizationId: organization.id, userId: input.userId, from: null, to: role };
    await checkMembership(client, context, { ...change, by: input.by });
    const begun = await client.query(BEGIN, [organization.id, input.userId, role]);
    if (begun.rowCount === 0) throw refuse("email", `This person is a member of ${organization.slug} already.`);
    const projects = await client.query<{ id: string }>(
      "SELECT id FROM project WHERE organization_id = $1 ORDER BY id",
      [organization.id],
    );
    await createEnvironments(
      client,
      context.encryption,
      projects.rows.map(({ id }) => ({ projectId: id, slug: "dev", ownerUserId: input.userId })),
    );
    await auditChange(client, context, {
      action: "member.add",
      organizationId: organization.id,
      target: input.userId,
      detail: { role },
      by: input.by,
    });
    return { userId: input.userId, organization: organization.slug, role };
  });
}
