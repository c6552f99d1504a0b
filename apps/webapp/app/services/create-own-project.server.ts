import type { CreateProjectRequestBody, ProjectItem } from "@trigger.dev/core/v3";
import type { Organization, UserAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { auditCredential } from "./audit.server.js";
import { createProject } from "./create-project.server.js";
import { projectItem } from "./list-projects.server.js";

/** Creates a project in an organization of the caller's; answers it without any key. */
export async function createOwnProject(
  context: AppContext,
  caller: UserAuthentication,
  organization: Organization,
  { name }: CreateProjectRequestBody,
): Promise<ProjectItem> {
  const { projectId, ref, slug, ...made } = await createProject(context, {
    organizationId: organization.id,
    name,
    devOf: caller.user.id,
    by: { userId: caller.user.id, credential: auditCredential(caller) },
  });
  return projectItem({ id: projectId, ref, slug, name: made.name, createdAt: new Date() }, organization);
}
