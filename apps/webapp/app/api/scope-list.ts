import { ScopeList as BoundedScopeList } from "@trigger.dev/core/v3";
import { checkScopes } from "@trigger.dev/plugins/rbac";
import { z } from "zod";

/** One scope; what is none is named, with the nearest good one. */
const Scope = BoundedScopeList.element.superRefine((text, context) => {
  const checked = checkScopes([text]);
  if (checked.ok) return;
  for (const { message } of checked.problems) context.addIssue({ code: "custom", message });
});

/** A list of scopes as a request may name it: every bad one is an issue of its own, and so is what is wrong with the list. */
export const ScopeList = z.array(Scope).superRefine((texts, context) => {
  const checked = checkScopes(texts);
  if (checked.ok) return;
  // Problems of single scopes are told by now.
  for (const { scope, message } of checked.problems) if (scope === "") context.addIssue({ code: "custom", message });
});
