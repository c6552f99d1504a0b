import { ScopeList as BoundedScopeList } from "@trigger.dev/core/v3";
import { checkScopes } from "@trigger.dev/plugins/rbac";
import { z } from "zod";

/** What an issue says of a scope that is none: `params` of a custom issue of zod's. */
export const BadScope = z.object({ scope: z.string(), suggestion: z.string() });

/** One scope; what is none is named, with the nearest good one. */
const Scope = BoundedScopeList.element.superRefine((text, context) => {
  const checked = checkScopes([text]);
  if (checked.ok) return;
  for (const { message, ...params } of checked.problems) context.addIssue({ code: "custom", message, params });
});

/** A list of scopes as a request may name it: every bad one is an issue of its own, and so is what is wrong with the list. */
export const ScopeList = z.array(Scope).superRefine((texts, context) => {
  const checked = checkScopes(texts);
  if (checked.ok) return;
  // Problems of single scopes, which have a suggestion, are told by now.
  for (const { suggestion, message } of checked.problems) {
    if (suggestion === undefined) context.addIssue({ code: "custom", message });
  }
});
