import type { RoleManager, RoleProblemCode } from "@trigger.dev/plugins/rbac";

const METHODS = [
  "listPermissions",
  "listPresets",
  "listRoles",
  "createRole",
  "updateRole",
  "deleteRole",
  "checkMembership",
  "listGrants",
  "grantProject",
  "revokeProject",
  "checkTokenRole",
] as const satisfies readonly (keyof RoleManager)[];

const CODES: ReadonlySet<unknown> = new Set<RoleProblemCode>([
  "not_found",
  "name_taken",
  "in_use",
  "last_owner",
  "exceeds_own",
  "system_role",
  "too_many",
  "invalid",
]);

/** The methods that something which is to manage roles does not have, else null. */
export const findManagerProblem = (roles: unknown): string | null => {
  if (!isObject(roles)) return METHODS.join(", ");
  const missing = METHODS.filter((method) => typeof roles[method] !== "function");
  return missing.length > 0 ? missing.join(", ") : null;
};

/** What is wrong with the answer to a change, else null. */
export const findResultProblem = (result: unknown): string | null => {
  if (!isObject(result) || typeof result.ok !== "boolean") return "nothing that says yes or no";
  if (result.ok) return isObject(result.value) ? null : "yes without what was changed";
  const { problem } = result;
  return isObject(problem) && CODES.has(problem.code) && typeof problem.message === "string"
    ? null
    : "a refusal that is no problem of a role";
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
