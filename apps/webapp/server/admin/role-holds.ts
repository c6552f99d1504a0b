import type { Operator } from "./operator.js";

/** Whether a member's role means anything: without a plugin for roles it is only kept. */
export const roleHolds = ({ rbac }: Operator["context"]): { roleHolds: boolean } => ({
  roleHolds: rbac?.roles !== undefined,
});

/** What a person is told besides where it does not. */
export const NO_ROLES = " Without an RBAC plugin every member may do everything, whatever their role.";
