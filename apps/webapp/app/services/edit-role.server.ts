import type { CreateRoleRequestBody, RoleItem, UpdateRoleRequestBody } from "@trigger.dev/core/v3";
import type { Organization, UserAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { changeRoles } from "./change-roles.server.js";
import { endInvitationsByRole } from "./invitation.server.js";
import { roleItem } from "./list-roles.server.js";

/**
 * Makes a custom role.
 * @throws AppError 400, 403 for more than one holds oneself, 409
 */
export async function createRole(
  context: AppContext,
  caller: UserAuthentication,
  organization: Organization,
  { name, description = "", permissions }: CreateRoleRequestBody,
): Promise<RoleItem> {
  const role = { name, description, permissions };
  const made = await changeRoles(context, caller, organization, {
    ask: (roles, change) => roles.createRole({ ...change, role }),
    action: "role.create",
    target: name,
    detail: { description, permissions },
  });
  return roleItem(made);
}

/**
 * Changes a custom role, for all who have it, from their next request on.
 * @throws AppError 400, 403 for more than one holds oneself, 404, 409 for a system role
 */
export async function updateRole(
  context: AppContext,
  caller: UserAuthentication,
  organization: Organization,
  { name, ...body }: UpdateRoleRequestBody & { name: string },
): Promise<RoleItem> {
  const changed = await changeRoles(context, caller, organization, {
    async ask(roles, change, client) {
      // What its holders invited, they did on the word of what it was.
      await endInvitationsByRole(client, change.organizationId, name);
      return roles.updateRole({ ...change, name, ...body });
    },
    action: "role.update",
    target: name,
    detail: body,
  });
  return roleItem(changed);
}

/**
 * Deletes a custom role; with `force` also one that members still have, who may then do nothing by it.
 * @throws AppError 403 for more than one holds oneself, 404, 409 for a system role and one in use
 */
export async function deleteRole(
  context: AppContext,
  caller: UserAuthentication,
  organization: Organization,
  { name, force }: { name: string; force: boolean },
): Promise<void> {
  await changeRoles(context, caller, organization, {
    async ask(roles, change, client) {
      await endInvitationsByRole(client, change.organizationId, name);
      return roles.deleteRole({ ...change, name, force });
    },
    action: "role.delete",
    target: name,
    detail: { force },
  });
}
