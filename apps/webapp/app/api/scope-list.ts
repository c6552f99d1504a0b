import { ScopeList as BoundedScopeList } from "@trigger.dev/core/v3";
import { checkScopes } from "@trigger.dev/plugins/rbac";

/** A list of scopes as a request may name it; each bad one is an issue of its own, with the nearest good one. */
export const ScopeList = BoundedScopeList.superRefine((texts, context) => {
  const checked = checkScopes(texts);
  if (checked.ok) return;
  for (const { message } of checked.problems) context.addIssue({ code: "custom", message });
});
