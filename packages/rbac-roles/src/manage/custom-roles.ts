import type { PluginQuery, Role, RolePermission } from "@trigger.dev/plugins/rbac";
import { readPermissions } from "../roles/read-permissions.js";
import { findSystemRole } from "../roles/system-roles.js";

const COLUMNS = "name, description, permissions";

/** The custom roles of an organization, by name. */
export async function listCustomRoles(query: PluginQuery, organizationId: string): Promise<Role[]> {
  const rows = await query(
    `SELECT ${COLUMNS} FROM rbac_roles.custom_role WHERE organization_id = $1 ORDER BY name COLLATE "C"`,
    [organizationId],
  );
  return rows.map(readRole);
}

/** The role of exactly this name, the system's or the organization's own. */
export async function findRole(query: PluginQuery, organizationId: string, name: string): Promise<Role | null> {
  const system = findSystemRole(name);
  if (system) return system;
  if (name.includes("\0")) return null;
  const [row] = await query(`SELECT ${COLUMNS} FROM rbac_roles.custom_role WHERE organization_id = $1 AND name = $2`, [
    organizationId,
    name,
  ]);
  return row ? readRole(row) : null;
}

/** The permissions of a role that may be gone: then none. */
export const permissionsOfRole = async (
  query: PluginQuery,
  organizationId: string,
  name: string,
): Promise<readonly RolePermission[]> => (await findRole(query, organizationId, name))?.permissions ?? [];

const readRole = (row: Record<string, unknown>): Role => ({
  name: String(row["name"]),
  description: String(row["description"]),
  kind: "custom",
  permissions: readPermissions(row["permissions"]) ?? [],
});
