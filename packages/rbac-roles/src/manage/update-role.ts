import type { Role, RoleManager, RoleResult } from "@trigger.dev/plugins/rbac";
import { checkDescription, checkPermissions } from "./check-role.js";
import { findRole } from "./custom-roles.js";
import { findExcess, heldBy } from "./exceeds-own.js";
import { noSuchRole, refuse } from "./problem.js";

const UPDATE = `
  UPDATE rbac_roles.custom_role SET description = $3, permissions = $4, updated_at = now()
  WHERE organization_id = $1 AND name = $2`;

/** Changes a custom role, for whoever holds what it was and what it becomes. */
export async function updateRole({
  organizationId,
  by,
  query,
  name,
  ...given
}: Parameters<RoleManager["updateRole"]>[0]): Promise<RoleResult<Role>> {
  const before = await findRole(query, organizationId, name);
  if (!before) return noSuchRole(name, "name");
  if (before.kind === "system") return isSystemRole(name);
  const description = checkDescription(given.description ?? before.description);
  if (!description.ok) return description;
  const permissions = given.permissions
    ? checkPermissions(given.permissions)
    : ({ ok: true, value: before.permissions } as const);
  if (!permissions.ok) return permissions;
  const held = await heldBy(by, { organizationId, query });
  const excess = findExcess([...before.permissions, ...permissions.value], held);
  if (excess) return excess;
  await query(UPDATE, [organizationId, name, description.value, JSON.stringify(permissions.value)]);
  return { ok: true, value: { ...before, description: description.value, permissions: permissions.value } };
}

export const isSystemRole = (name: string) =>
  refuse("system_role", `${name} is a system role, which stays as it is. Make a custom role instead.`, {
    param: "name",
  });
