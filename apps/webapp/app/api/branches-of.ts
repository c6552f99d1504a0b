import type { Project } from "@trigger.dev/plugins/rbac";
import type { BranchScope } from "../services/branches.server.js";
import { isUser, type Caller } from "./authenticate.js";

/** Which branches of a project a caller can reach: a person their own, an environment's key its environment's alone. */
export function branchesOf(
  caller: Caller,
  { id: projectId }: Project,
): { scope: BranchScope; slugs: ("preview" | "dev")[] } {
  if (isUser(caller)) return { scope: { projectId, ownerUserId: caller.user.id }, slugs: ["preview", "dev"] };
  const { slug, ownerUserId } = caller.environment;
  return { scope: { projectId, ownerUserId }, slugs: slug === "preview" || slug === "dev" ? [slug] : [] };
}
