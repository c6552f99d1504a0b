import type { RoleManager, RoleResult } from "@trigger.dev/plugins/rbac";
import { findSystemRole } from "../roles/system-roles.js";
import { refuse } from "./problem.js";

const OWN_ROLE = `
  SELECT 1 FROM rbac_roles.custom_role c
  JOIN public.organization_member m ON m.organization_id = c.organization_id AND m.user_id = $1
  WHERE c.name = $2 LIMIT 1`;

/** Whether a person's token can be held to a role: a system role, or a custom one of an organization of theirs. */
export async function checkTokenRole({
  userId,
  role,
  query,
}: Parameters<RoleManager["checkTokenRole"]>[0]): Promise<RoleResult<{ role: string }>> {
  const isKnown =
    findSystemRole(role) !== undefined || (!role.includes("\0") && (await query(OWN_ROLE, [userId, role])).length > 0);
  return isKnown
    ? { ok: true, value: { role } }
    : refuse("not_found", `There is no role ${JSON.stringify(role.slice(0, 80))} in any organization of this person.`, {
        param: "role",
      });
}
