import { formatScope, type Scope, TYPES_OF_ALL } from "@trigger.dev/plugins/rbac";

/** The scopes of one action on one type that a scope comes to, so that several others may cover it together. */
export function elementsOf(scope: Scope): string[] {
  if (scope.kind === "admin") return ["admin"];
  const { id } = scope;
  const actions = scope.action === "*" ? (["read", "write"] as const) : [scope.action];
  const types = scope.type === "all" ? TYPES_OF_ALL : [scope.type];
  return types.flatMap((type) => actions.map((action) => formatScope({ kind: "resource", action, type, id })));
}
