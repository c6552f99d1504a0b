import { isId } from "@trigger.dev/core/ids";
import { createAbility, type Organization, type UserAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { insufficientScope, notFound } from "../api/errors.js";
import { requireScope } from "../api/require-scope.js";
import { auditChange, inTransaction } from "./operation.server.js";
import { removeMember } from "./remove-member.server.js";
import { byPerson } from "./role-editor.js";

const NEEDED = ["write:members"];

/** What the role is short of is the plugin's to say, together with the person's own. */
const isHeldToRole = ({ credential }: UserAuthentication): boolean =>
  "maxRole" in credential && credential.maxRole !== null;

/**
 * Removes a member, or takes an invitation back. Whoever is there may leave, whatever their role, by a token that was
 * not narrowed below it.
 * @throws AppError 403 without `write:members` or for more than one holds oneself, 404, 409 for the last owner
 */
export async function endMembership(
  context: AppContext,
  caller: UserAuthentication,
  organization: Organization,
  memberId: string,
): Promise<void> {
  if (memberId !== caller.user.id || isHeldToRole(caller)) requireScope(caller, NEEDED);
  else if (!createAbility(caller.caps).can(NEEDED)) throw insufficientScope(NEEDED);
  const by = byPerson(caller);
  if (isId("user", memberId)) {
    await removeMember(context, { organization: organization.slug, userId: memberId, by });
    return;
  }
  if (!isId("invite", memberId)) throw notFound("Member");
  await inTransaction(context, async (client) => {
    const ended = await client.query("DELETE FROM organization_invitation WHERE organization_id = $1 AND id = $2", [
      organization.id,
      memberId,
    ]);
    if (ended.rowCount === 0) throw notFound("Member");
    const entry = { action: "member.invite-end", organizationId: organization.id, target: memberId };
    await auditChange(client, context, { ...entry, by });
  });
}
