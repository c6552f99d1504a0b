import type { ProjectItem, UpdateProjectRequestBody } from "@trigger.dev/core/v3";
import type { UserAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import type { PlaceOf } from "../api/endpoint.js";
import { notFound } from "../api/errors.js";
import { auditCredential } from "./audit.server.js";
import { projectItem } from "./list-projects.server.js";
import { auditChange, inTransaction } from "./operation.server.js";

/**
 * Gives a project another name; its ref and slug stay.
 * @throws AppError 404 when it was deleted meanwhile
 */
export async function renameProject(
  context: AppContext,
  caller: UserAuthentication,
  { organization, project }: PlaceOf<"project">,
  { name }: UpdateProjectRequestBody,
): Promise<ProjectItem> {
  await inTransaction(context, async (client) => {
    const { rowCount } = await client.query("UPDATE project SET name = $2 WHERE id = $1", [project.id, name]);
    if (rowCount === 0) throw notFound("Project");
    await auditChange(client, context, {
      action: "project.rename",
      organizationId: organization.id,
      target: project.id,
      detail: { from: project.name, to: name },
      by: { userId: caller.user.id, credential: auditCredential(caller) },
    });
  });
  return projectItem({ ...project, name }, organization);
}
