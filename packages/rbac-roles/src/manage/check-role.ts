import { checkScopes, type RolePermission, type RoleProblem } from "@trigger.dev/plugins/rbac";
import { ENVIRONMENT_TYPES, isEnvironmentType } from "../roles/environment-types.js";
import { refuse } from "./problem.js";

type Checked<Value> = { ok: true; value: Value } | { ok: false; problem: RoleProblem };

const MOST_PERMISSIONS = 64;
const LONGEST_DESCRIPTION = 255;
const UNFIT = /[\p{Cc}\p{Surrogate}]/u;

/** A description that can be stored. */
export function checkDescription(text: string): Checked<string> {
  const description = text.trim();
  return description.length <= LONGEST_DESCRIPTION && !UNFIT.test(description)
    ? { ok: true, value: description }
    : refuse("invalid", `A description has at most ${LONGEST_DESCRIPTION} characters, and no control characters.`, {
        param: "description",
      });
}

/** Permissions that can be stored: valid scopes, each with distinct types of environments, or with none said. */
export function checkPermissions(given: readonly RolePermission[]): Checked<RolePermission[]> {
  if (given.length > MOST_PERMISSIONS)
    return refuse("invalid", `A role has at most ${MOST_PERMISSIONS} permissions.`, { param: "permissions" });
  const permissions: RolePermission[] = [];
  for (const [index, { scope, environments }] of given.entries()) {
    const checked = checkScopes([scope]);
    if (!checked.ok)
      return refuse("invalid", checked.problems.map(({ message }) => message).join(" "), {
        param: `permissions[${index}].scope`,
      });
    if (environments === undefined) {
      permissions.push({ scope });
      continue;
    }
    if (environments.length === 0 || !environments.every(isEnvironmentType))
      return refuse("invalid", `Name one or more of ${ENVIRONMENT_TYPES.join(", ")}, or leave environments out.`, {
        param: `permissions[${index}].environments`,
      });
    const distinct = ENVIRONMENT_TYPES.filter((type) => environments.includes(type));
    permissions.push({ scope, environments: distinct });
  }
  return { ok: true, value: permissions };
}
