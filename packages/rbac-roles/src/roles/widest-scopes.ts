import { formatScope, meetAll, type Scope } from "@trigger.dev/plugins/rbac";

/** The texts of `scopes` without those that another one covers. */
export const widestScopes = (scopes: readonly Scope[]): string[] => meetAll([scopes]).map(formatScope);
