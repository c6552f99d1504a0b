import type { ListRunsQuery, ListRunsResponseBody } from "@trigger.dev/core/v3";
import type { Environment, Project, UserAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { pageOfRuns } from "./page-of-runs.server.js";
import { requireRunsList } from "./run-access.js";

const ENVIRONMENTS = `
  SELECT id, type, slug, nullif(branch, '') AS branch, parent_id AS "parentId", owner_user_id AS "ownerUserId"
  FROM environment WHERE project_id = $1 AND (owner_user_id IS NULL OR owner_user_id = $2)`;

/**
 * Lists the runs of a project's shared environments and of the person's own dev environment, branches included.
 * @throws AppError 403 when a filter is not covered, 400 for a cursor that is no run of these
 */
export async function listProjectRuns(
  context: Pick<AppContext, "pool" | "reader">,
  { ability, user }: Pick<UserAuthentication, "ability" | "user">,
  { project, query }: { project: Project; query: ListRunsQuery },
): Promise<ListRunsResponseBody> {
  requireRunsList(ability, query);
  const { rows: environments } = await context.pool.query<Environment>(ENVIRONMENTS, [project.id, user.id]);
  return pageOfRuns(context, { environments, user }, query);
}
