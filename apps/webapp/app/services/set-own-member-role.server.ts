import { isId } from "@trigger.dev/core/ids";
import type { MemberRoleResponseBody } from "@trigger.dev/core/v3";
import type { Organization, UserAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { notFound } from "../api/errors.js";
import { byPerson } from "./role-editor.js";
import { setMemberRole } from "./set-member-role.server.js";

/**
 * Gives a member of the caller's organization another role.
 * @throws AppError 403 for more than one holds oneself, 404, 409 for the last owner
 */
export async function setOwnMemberRole(
  context: AppContext,
  caller: UserAuthentication,
  { slug }: Organization,
  { memberId, role }: { memberId: string; role: string },
): Promise<MemberRoleResponseBody> {
  if (!isId("user", memberId)) throw notFound("Member");
  return setMemberRole(context, { organization: slug, userId: memberId, role, by: byPerson(caller) });
}
