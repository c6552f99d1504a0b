import type { ListRolesResponseBody, RoleItem } from "@trigger.dev/core/v3";
import type { Organization, Role, RoleManager, RolePermission } from "@trigger.dev/plugins/rbac";
import { createPluginQuery } from "@trigger.dev/rbac";
import type { AppContext } from "../api/context.js";
import { rolesNotImplemented } from "../api/errors.js";

/**
 * The RBAC plugin's role manager.
 * @throws AppError 501 where there is none
 */
export function rolesOf({ rbac }: Pick<AppContext, "rbac">): RoleManager {
  if (!rbac.roles) throw rolesNotImplemented();
  return rbac.roles;
}

const permissionItem = ({ scope, environments }: RolePermission) => ({
  scope,
  ...(environments ? { environments: [...environments] } : {}),
});

/** A role as the API shows it. */
export const roleItem = ({ name, description, kind, permissions }: Role): RoleItem => ({
  name,
  description,
  kind,
  permissions: permissions.map(permissionItem),
});

/** The roles of an organization, and what a new one can be made of. */
export async function listRoles(
  context: Pick<AppContext, "rbac" | "pool">,
  { id }: Organization,
): Promise<ListRolesResponseBody> {
  const roles = rolesOf(context);
  const listed = await roles.listRoles({ organizationId: id, query: createPluginQuery(context.pool) });
  return {
    roles: listed.map(roleItem),
    permissions: roles.listPermissions().map(({ name, permissions }) => ({ name, permissions: [...permissions] })),
    presets: roles.listPresets().map(({ name, description, permissions }) => ({
      name,
      description,
      permissions: permissions.map(permissionItem),
    })),
  };
}
