import { isId } from "@trigger.dev/core/ids";
import type { MemberGrantResponseBody } from "@trigger.dev/core/v3";
import type { Organization, UserAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { notFound } from "../api/errors.js";
import { changeRoles } from "./change-roles.server.js";

interface Where {
  memberId: string;
  projectRef: string;
}

async function projectIdOf({ pool }: AppContext, { id }: Organization, ref: string): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    "SELECT id FROM project WHERE organization_id = $1 AND external_ref = $2",
    [id, ref],
  );
  if (!rows[0]) throw notFound("Project");
  return rows[0].id;
}

/**
 * Gives a member a further role in one project.
 * @throws AppError 400, 403 for more than one holds oneself, 404
 */
export async function grantProjectRole(
  context: AppContext,
  caller: UserAuthentication,
  organization: Organization,
  { memberId: userId, projectRef, role }: Where & { role: string },
): Promise<MemberGrantResponseBody> {
  if (!isId("user", userId)) throw notFound("Member");
  const projectId = await projectIdOf(context, organization, projectRef);
  await changeRoles(context, caller, organization, {
    ask: (roles, change) => roles.grantProject({ ...change, userId, projectId, role }),
    action: "member.grant",
    target: userId,
    detail: { project: projectRef, role },
  });
  return { userId, projectRef, role };
}

/**
 * Takes a member's role in one project away.
 * @throws AppError 403 for more than one holds oneself, 404
 */
export async function revokeProjectRole(
  context: AppContext,
  caller: UserAuthentication,
  organization: Organization,
  { memberId: userId, projectRef }: Where,
): Promise<void> {
  if (!isId("user", userId)) throw notFound("Member");
  const projectId = await projectIdOf(context, organization, projectRef);
  await changeRoles(context, caller, organization, {
    ask: (roles, change) => roles.revokeProject({ ...change, userId, projectId }),
    action: "member.grant-end",
    target: userId,
    detail: { project: projectRef },
  });
}
