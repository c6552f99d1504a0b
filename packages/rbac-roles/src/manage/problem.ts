import type { RoleProblem, RoleProblemCode } from "@trigger.dev/plugins/rbac";

/** A refused change. */
export const refuse = (
  code: RoleProblemCode,
  message: string,
  details: Pick<RoleProblem, "param" | "scopes"> = {},
): { ok: false; problem: RoleProblem } => ({ ok: false, problem: { code, message, ...details } });

export const noSuchRole = (name: string, param = "role") =>
  refuse("not_found", `There is no role ${JSON.stringify(name.slice(0, 80))} in this organization.`, { param });
