import type { AccessTarget } from "@trigger.dev/plugins/rbac";

/** The branch that a request names, if its target can have one. */
export const branchOf = (target: AccessTarget): string | undefined =>
  target.kind === "credential" || target.kind === "environment" ? target.branch : undefined;
