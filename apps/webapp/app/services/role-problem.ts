import type { RoleProblem, RoleResult } from "@trigger.dev/plugins/rbac";
import { AppError } from "../api/errors.js";

/** What the caller is answered for a change of roles that the RBAC plugin refuses. */
function refusalOf({ code, message, param, scopes }: RoleProblem): AppError {
  switch (code) {
    case "not_found":
      return new AppError("not_found", message);
    case "invalid":
      return new AppError("invalid_request", message, param ? { param: `body.${param}` } : {});
    case "exceeds_own":
      return new AppError("exceeds_own", message, { scopes: [...(scopes ?? [])] });
    case "name_taken":
    case "in_use":
    case "last_owner":
    case "system_role":
    case "too_many":
      return new AppError("conflict", message);
  }
}

/**
 * The value of a role manager's answer.
 * @throws AppError for a problem
 */
export function valueOf<Value>(result: RoleResult<Value>): Value {
  if (!result.ok) throw refusalOf(result.problem);
  return result.value;
}
