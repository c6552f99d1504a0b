import type { Pool } from "pg";

/** The settings of a server with the role-aware plugin. */
export const WITH_ROLES = { RBAC_PLUGIN: "@trigger.dev/rbac-roles" };

/** What a process other than the servers does to roles, by SQL, so that no server has heard of it. */
export const createRoleChanges = (pool: Pool, organizationSlug: string) => {
  const ORGANIZATION = "(SELECT id FROM organization WHERE slug = $1)";
  const run = (text: string, ...values: unknown[]) => pool.query(text, [organizationSlug, ...values]);
  return {
    setRole: (userId: string, role: string) =>
      run(
        `UPDATE organization_member SET role = $3 WHERE organization_id = ${ORGANIZATION} AND user_id = $2`,
        userId,
        role,
      ),
    putCustomRole: (name: string, permissions: readonly { scope: string; environments?: readonly string[] }[]) =>
      run(
        `INSERT INTO rbac_roles.custom_role (organization_id, name, description, permissions)
         VALUES (${ORGANIZATION}, $2, '', $3)
         ON CONFLICT (organization_id, name) DO UPDATE SET permissions = excluded.permissions`,
        ...[name, JSON.stringify(permissions)],
      ),
    deleteCustomRole: (name: string) =>
      run(`DELETE FROM rbac_roles.custom_role WHERE organization_id = ${ORGANIZATION} AND name = $2`, name),
    grant: (userId: string, ref: string, role: string) =>
      run(
        `INSERT INTO rbac_roles.project_grant (organization_id, user_id, project_id, role)
         SELECT organization_id, $2, id, $4 FROM project WHERE organization_id = ${ORGANIZATION} AND external_ref = $3`,
        ...[userId, ref, role],
      ),
    revokeGrants: (userId: string) =>
      run(`DELETE FROM rbac_roles.project_grant WHERE organization_id = ${ORGANIZATION} AND user_id = $2`, userId),
  };
};

export type RoleChanges = ReturnType<typeof createRoleChanges>;
