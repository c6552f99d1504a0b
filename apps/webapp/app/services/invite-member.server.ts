import type { InvitationItem, InviteMemberRequestBody } from "@trigger.dev/core/v3";
import { createId } from "@trigger.dev/core/ids";
import type { Organization, UserAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { AppError } from "../api/errors.js";
import { checkMembership } from "./check-membership.server.js";
import { parseEmail } from "./email.server.js";
import { invitationItem, INVITATION_COLUMNS, type InvitationRow } from "./list-members.server.js";
import { DEFAULT_ROLE, lockOrganization } from "./membership.server.js";
import { auditChange, inTransaction } from "./operation.server.js";
import { byPerson } from "./role-editor.js";

const MOST_WAITING = 1000;
const LIFETIME_DAYS = 7;

/** A newer invitation of the same address takes the place of an older one, under an id of its own. */
const INVITE = `
  INSERT INTO organization_invitation (organization_id, id, email, role, invited_by, expires_at)
  VALUES ($1, $2, $3, $4, $5, now() + $6 * interval '1 day')
  ON CONFLICT (organization_id, email) DO UPDATE SET id = excluded.id, role = excluded.role,
    invited_by = excluded.invited_by, created_at = now(), expires_at = excluded.expires_at
  RETURNING ${INVITATION_COLUMNS}`;

/**
 * Invites whoever has the account with an address, or will have it: the answer is the same, so that nobody learns who
 * has one. They become a member when they accept.
 * @throws AppError 403 for more than one holds oneself, 404 for a role that is none, 409 for who is a member already
 */
export async function inviteMember(
  context: AppContext,
  caller: UserAuthentication,
  { slug }: Organization,
  body: InviteMemberRequestBody,
): Promise<InvitationItem> {
  const by = byPerson(caller);
  const email = parseEmail(body.email);
  const role = body.role ?? DEFAULT_ROLE;
  return inTransaction(context, async (client) => {
    const organization = await lockOrganization(client, slug);
    const id = createId("invite");
    const change = { organizationId: organization.id, userId: id, from: null, to: role };
    await checkMembership(client, context, { ...change, by });
    await client.query("DELETE FROM organization_invitation WHERE organization_id = $1 AND expires_at <= now()", [
      organization.id,
    ]);
    const { rows: counted } = await client.query<{ isMember: boolean; waiting: number }>(
      `SELECT EXISTS (SELECT 1 FROM organization_member m JOIN "user" u ON u.id = m.user_id
         WHERE m.organization_id = $1 AND u.email = $2) AS "isMember",
         (SELECT count(*)::int FROM organization_invitation WHERE organization_id = $1) AS waiting`,
      [organization.id, email],
    );
    if (counted[0]?.isMember) throw new AppError("conflict", `${email} is a member of ${slug} already.`);
    if ((counted[0]?.waiting ?? 0) >= MOST_WAITING) {
      throw new AppError("conflict", `${MOST_WAITING} invitations wait to be accepted, the most there may be.`);
    }
    const values = [organization.id, id, email, role, caller.user.id, LIFETIME_DAYS];
    const { rows } = await client.query<InvitationRow>(INVITE, values);
    await auditChange(client, context, {
      action: "member.invite",
      organizationId: organization.id,
      target: id,
      detail: { email, role },
      by,
    });
    if (!rows[0]) throw new Error("an invitation was written and not answered");
    return invitationItem(rows[0]);
  });
}
