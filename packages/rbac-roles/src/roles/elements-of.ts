import { formatScope, RESOURCE_TYPES, type Scope } from "@trigger.dev/plugins/rbac";

const BUT_KEYS = RESOURCE_TYPES.filter((type) => type !== "all" && type !== "apiKeys");

/** The scopes of one action on one type that a scope comes to, so that several others may cover it together. */
export function elementsOf(scope: Scope): string[] {
  if (scope.kind === "admin") return ["admin"];
  const { id } = scope;
  const actions = scope.action === "*" ? (["read", "write"] as const) : [scope.action];
  const types = scope.type === "all" ? BUT_KEYS : [scope.type];
  return types.flatMap((type) => actions.map((action) => formatScope({ kind: "resource", action, type, id })));
}
