import { isId } from "@trigger.dev/core/ids";
import type { ListInvitationsResponseBody, MemberRoleResponseBody } from "@trigger.dev/core/v3";
import type { UserAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { notFound } from "../api/errors.js";
import { addMember } from "./add-member.server.js";
import { auditCredential } from "./audit.server.js";
import { lockOrganization } from "./membership.server.js";
import { inTransaction } from "./operation.server.js";

interface Row {
  id: string;
  slug: string;
  title: string;
  role: string;
  expiresAt: Date;
}

/** The invitations to the caller's address that are not over. */
export async function listOwnInvitations(
  { pool }: Pick<AppContext, "pool">,
  email: string,
): Promise<ListInvitationsResponseBody> {
  const { rows } = await pool.query<Row>(
    `SELECT i.id, o.slug, o.title, i.role, i.expires_at AS "expiresAt"
     FROM organization_invitation i JOIN organization o ON o.id = i.organization_id
     WHERE i.email = $1 AND i.expires_at > now() ORDER BY i.created_at, i.id`,
    [email],
  );
  return {
    invitations: rows.map(({ id, slug, title, role, expiresAt }) => ({
      id,
      organization: { slug, title },
      role,
      expiresAt: expiresAt.toISOString(),
    })),
  };
}

/**
 * Makes the caller a member of the organization that invited their address. The inviter held the role when they gave
 * it, and has neither left nor changed since; whether it is still one is asked again.
 * @throws AppError 404 for another's, one that is over and none; 409
 */
export async function acceptInvitation(
  context: AppContext,
  caller: UserAuthentication,
  invitationId: string,
): Promise<MemberRoleResponseBody> {
  if (!isId("invite", invitationId)) throw notFound("Invitation");
  const { user } = caller;
  return inTransaction(context, async (client) => {
    const found = await client.query<{ slug: string }>(
      `SELECT o.slug FROM organization_invitation i JOIN organization o ON o.id = i.organization_id
       WHERE i.id = $1 AND i.email = $2`,
      [invitationId, user.email],
    );
    if (!found.rows[0]) throw notFound("Invitation");
    const organization = await lockOrganization(client, found.rows[0].slug);
    const taken = await client.query<{ role: string }>(
      `DELETE FROM organization_invitation WHERE organization_id = $1 AND id = $2 AND email = $3 AND expires_at > now()
       RETURNING role`,
      [organization.id, invitationId, user.email],
    );
    const role = taken.rows[0]?.role;
    if (role === undefined) throw notFound("Invitation");
    return addMember(
      { ...context, transaction: client },
      {
        organization: organization.slug,
        userId: user.id,
        role,
        by: { userId: user.id, credential: auditCredential(caller), editor: { kind: "operator" } },
      },
    );
  });
}
