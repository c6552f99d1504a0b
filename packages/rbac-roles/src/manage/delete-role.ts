import type { Role, RoleManager, RoleResult } from "@trigger.dev/plugins/rbac";
import { findRole } from "./custom-roles.js";
import { findExcess, heldBy } from "./exceeds-own.js";
import { noSuchRole, refuse } from "./problem.js";
import { isSystemRole } from "./update-role.js";

const USES = `
  SELECT (SELECT count(*)::int FROM public.organization_member WHERE organization_id = $1 AND role = $2) AS members,
    (SELECT count(*)::int FROM rbac_roles.project_grant WHERE organization_id = $1 AND role = $2) AS grants`;

/** Deletes a custom role, with its grants; of members who have it only when it is forced, and they may do nothing then. */
export async function deleteRole({
  organizationId,
  by,
  query,
  name,
  force = false,
}: Parameters<RoleManager["deleteRole"]>[0]): Promise<RoleResult<Role>> {
  const role = await findRole(query, organizationId, name);
  if (!role) return noSuchRole(name, "name");
  if (role.kind === "system") return isSystemRole(name);
  const excess = findExcess(role.permissions, await heldBy(by, { organizationId, query }));
  if (excess) return excess;
  const [uses] = await query(USES, [organizationId, name]);
  const members = Number(uses?.["members"]);
  const grants = Number(uses?.["grants"]);
  if (!force && members + grants > 0)
    return refuse(
      "in_use",
      `The role ${name} is in use (members: ${members}, grants: ${grants}). Take it from them first.`,
    );
  await query("DELETE FROM rbac_roles.project_grant WHERE organization_id = $1 AND role = $2", [organizationId, name]);
  await query("DELETE FROM rbac_roles.custom_role WHERE organization_id = $1 AND name = $2", [organizationId, name]);
  return { ok: true, value: role };
}
