import type { ScopeProblem } from "@trigger.dev/plugins/rbac";
import { AppError } from "../api/errors.js";

/** 400 that names each bad scope and the nearest good one. */
export function malformedScopes(path: string, problems: readonly ScopeProblem[]): AppError {
  const issues = problems.map(({ scope, message, suggestion }) => ({
    path,
    message: suggestion ? `${message} Did you mean "${suggestion}"?` : message,
    ...(scope === undefined ? {} : { scope }),
  }));
  return new AppError("malformed_scope", issues.map((issue) => issue.message).join(" "), { param: path, issues });
}
