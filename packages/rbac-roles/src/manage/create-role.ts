import type { Role, RoleManager, RoleResult } from "@trigger.dev/plugins/rbac";
import { findNameProblem } from "../roles/role-name.js";
import { findSystemRole } from "../roles/system-roles.js";
import { checkDescription, checkPermissions } from "./check-role.js";
import { findRole } from "./custom-roles.js";
import { findExcess, heldBy } from "./exceeds-own.js";
import { refuse } from "./problem.js";

const MOST_CUSTOM_ROLES = 100;

const HELD_BY_MEMBERS =
  "SELECT count(*)::int AS members FROM public.organization_member WHERE organization_id = $1 AND role = $2";

/** Makes a custom role of what its maker holds. */
export async function createRole({
  organizationId,
  by,
  query,
  role,
}: Parameters<RoleManager["createRole"]>[0]): Promise<RoleResult<Role>> {
  const { name } = role;
  if (findSystemRole(name)) return taken(name);
  const problem = findNameProblem(name);
  if (problem !== null) return refuse("invalid", problem, { param: "name" });
  const description = checkDescription(role.description);
  if (!description.ok) return description;
  const permissions = checkPermissions(role.permissions);
  if (!permissions.ok) return permissions;
  const excess = findExcess(permissions.value, await heldBy(by, { organizationId, query }));
  if (excess) return excess;

  if (await findRole(query, organizationId, name)) return taken(name);
  const [held] = await query(HELD_BY_MEMBERS, [organizationId, name]);
  if (Number(held?.["members"]) > 0)
    return refuse("in_use", haunted(name, Number(held?.["members"])), { param: "name" });
  const [counted] = await query(
    "SELECT count(*)::int AS roles FROM rbac_roles.custom_role WHERE organization_id = $1",
    [organizationId],
  );
  if (Number(counted?.["roles"]) >= MOST_CUSTOM_ROLES)
    return refuse("too_many", `An organization has at most ${MOST_CUSTOM_ROLES} custom roles. Delete one first.`);
  await query(
    "INSERT INTO rbac_roles.custom_role (organization_id, name, description, permissions) VALUES ($1, $2, $3, $4)",
    [organizationId, name, description.value, JSON.stringify(permissions.value)],
  );
  return {
    ok: true,
    value: { name, description: description.value, kind: "custom", permissions: permissions.value },
  };
}

const taken = (name: string) => refuse("name_taken", `There is already a role ${name}.`, { param: "name" });

/** Nobody gets a role back by somebody's choice of a name. */
const haunted = (name: string, members: number): string =>
  `${members === 1 ? "A member still has" : `${members} members still have`} a role ${name} that is no more. Give them another first.`;
