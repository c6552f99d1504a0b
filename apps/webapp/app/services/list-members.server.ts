import type { InvitationItem, ListMembersResponseBody } from "@trigger.dev/core/v3";
import type { Organization, RoleManager } from "@trigger.dev/plugins/rbac";
import { createPluginQuery } from "@trigger.dev/rbac";
import type { AppContext } from "../api/context.js";

export const INVITATION_COLUMNS = `id, email, role, invited_by AS "invitedBy", created_at AS "createdAt", expires_at AS "expiresAt"`;

export interface InvitationRow extends Omit<InvitationItem, "createdAt" | "expiresAt"> {
  createdAt: Date;
  expiresAt: Date;
}

/** An invitation as the API shows it. */
export const invitationItem = ({ createdAt, expiresAt, ...row }: InvitationRow): InvitationItem => ({
  ...row,
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
});

interface MemberRow {
  id: string;
  email: string;
  name: string | null;
  role: string;
  since: Date;
}

/** The members of an organization by address, with their roles, and the invitations that wait. Without roles no grants. */
export async function listMembers(
  { pool }: Pick<AppContext, "pool">,
  roles: RoleManager | undefined,
  { id }: Organization,
): Promise<ListMembersResponseBody> {
  const [members, invitations, projects, grants] = await Promise.all([
    pool.query<MemberRow>(
      `SELECT u.id, u.email, u.name, m.role, m.since FROM organization_member m JOIN "user" u ON u.id = m.user_id
       WHERE m.organization_id = $1 ORDER BY u.email`,
      [id],
    ),
    pool.query<InvitationRow>(
      `SELECT ${INVITATION_COLUMNS} FROM organization_invitation
       WHERE organization_id = $1 AND expires_at > now() ORDER BY email`,
      [id],
    ),
    pool.query<{ id: string; ref: string }>("SELECT id, external_ref AS ref FROM project WHERE organization_id = $1", [
      id,
    ]),
    roles?.listGrants({ organizationId: id, query: createPluginQuery(pool) }) ?? [],
  ]);
  const refs = new Map(projects.rows.map((project) => [project.id, project.ref]));
  const grantsOf = (userId: string) =>
    grants.flatMap((grant) => {
      const projectRef = refs.get(grant.projectId);
      return grant.userId === userId && projectRef !== undefined ? [{ projectRef, role: grant.role }] : [];
    });
  return {
    members: members.rows.map(({ since, ...member }) => ({
      ...member,
      since: since.toISOString(),
      grants: grantsOf(member.id),
    })),
    invitations: invitations.rows.map(invitationItem),
  };
}
