import { deleteRunsOf } from "@trigger.dev/run-engine";
import { notFound } from "../api/errors.js";
import { auditChange, inTransaction, type ChangedBy, type OperationContext } from "./operation.server.js";

/**
 * Deletes a project with its environments, keys, variables and runs.
 * @throws AppError 404
 */
export async function deleteProject(
  context: OperationContext,
  { ref, by }: { ref: string; by: ChangedBy },
): Promise<{ projectId: string; ref: string }> {
  return inTransaction(context, async (client) => {
    const found = await client.query<{ id: string; organizationId: string }>(
      `SELECT id, organization_id AS "organizationId" FROM project WHERE external_ref = $1 FOR UPDATE`,
      [ref],
    );
    const project = found.rows[0];
    if (!project) throw notFound("Project");
    await deleteRunsOf(client, "SELECT id FROM environment WHERE project_id = $1", [project.id]);
    await client.query("DELETE FROM project WHERE id = $1", [project.id]);
    await auditChange(client, context, {
      action: "project.delete",
      organizationId: project.organizationId,
      target: project.id,
      detail: { ref },
      by,
    });
    return { projectId: project.id, ref };
  });
}
