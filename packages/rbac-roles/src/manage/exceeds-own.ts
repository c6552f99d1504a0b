import {
  type Ability,
  createAbility,
  parseScope,
  type PluginQuery,
  type RoleEditor,
  type RolePermission,
  type RoleProblem,
  type UserCredential,
} from "@trigger.dev/plugins/rbac";
import { elementsOf } from "../roles/elements-of.js";
import { compileRole } from "../roles/compile-role.js";
import { EVERYWHERE, type Where } from "../roles/environment-types.js";
import { roleLists } from "../roles/role-lists.js";
import { refuse } from "./problem.js";

const MOST_NAMED = 8;

/** What an editor may do now in each place, of the organization or of one project of it. */
export type Held = (where: Where) => Ability;

const NOW = `
  SELECT m.role AS organization, (SELECT t.max_role FROM public.personal_access_token t WHERE t.id = $4) AS highest,
    rbac_roles.role_of($1, $2, $3, NULL, $4) AS role
  FROM public.organization_member m WHERE m.organization_id = $2 AND m.user_id = $1`;

/** Asks for an editor's roles anew, in the transaction of the change: they may have been demoted since they came in. */
export async function heldBy(
  by: RoleEditor,
  {
    organizationId,
    projectId = null,
    query,
  }: { organizationId: string; projectId?: string | null; query: PluginQuery },
): Promise<Held> {
  if (by.kind === "operator") return () => createAbility([]);
  const { user, credential, caps } = by.authentication;
  const [row] = await query(NOW, [user.id, organizationId, projectId, patIdOf(credential)]);
  const { organization, highest, role } = row ?? {};
  // No member, no role.
  if (typeof organization !== "string" || (highest !== null && typeof highest !== "string")) {
    return () => createAbility([[]]);
  }
  return (where) => createAbility([...caps, ...roleLists({ organization, highest }, role, where)]);
}

function patIdOf(credential: UserCredential): string | null {
  switch (credential.kind) {
    case "pat":
      return credential.id;
    case "uat":
      return credential.parentId;
    case "session":
      return null;
  }
}

/** Refuses to handle a role of which the editor lacks a part, in whatever environment. */
export function findExcess(
  permissions: readonly RolePermission[],
  held: Held,
): { ok: false; problem: RoleProblem } | null {
  const role = compileRole(permissions);
  const lacking = new Set<string>();
  for (const where of EVERYWHERE) {
    const ability = held(where);
    for (const text of role(where)) {
      const scope = parseScope(text);
      if (scope && !elementsOf(scope).every((element) => ability.can([element]))) lacking.add(text);
    }
  }
  if (lacking.size === 0) return null;
  const scopes = [...lacking];
  const named = scopes.slice(0, MOST_NAMED).join(", ") + (scopes.length > MOST_NAMED ? ", …" : "");
  return refuse("exceeds_own", `This takes more than you or this token may do: ${named}.`, { scopes });
}
