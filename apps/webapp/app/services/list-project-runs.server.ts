import type { ListRunsQuery, ListRunsResponseBody } from "@trigger.dev/core/v3";
import type { Environment, EnvironmentSlug, Project, UserAuthentication } from "@trigger.dev/plugins/rbac";
import { TYPE_OF_SLUG } from "../api/ability-in.js";
import type { AppContext } from "../api/context.js";
import { pageOfRuns } from "./page-of-runs.server.js";
import { mayListRuns, requireRunsList } from "./run-access.js";

const SLUGS = ["dev", "staging", "prod", "preview"] as const satisfies readonly EnvironmentSlug[];

const ENVIRONMENTS = `
  SELECT id, type, slug, nullif(branch, '') AS branch, parent_id AS "parentId", owner_user_id AS "ownerUserId"
  FROM environment WHERE project_id = $1 AND (owner_user_id IS NULL OR owner_user_id = $2)`;

/**
 * Lists the runs of a project's shared environments and of the person's own dev environment, branches included, as far
 * as their role lets them list the runs there.
 * @throws AppError 403 when the query is covered in none of the environments, or not in one that it names; 400 for a
 * cursor that is no run of these
 */
export async function listProjectRuns(
  context: Pick<AppContext, "pool" | "lists">,
  { abilityIn, user }: Pick<UserAuthentication, "abilityIn" | "user">,
  { project, query }: { project: Project; query: ListRunsQuery },
): Promise<ListRunsResponseBody> {
  const slugs = SLUGS.filter((slug) => query.env?.includes(slug) ?? true);
  const open = slugs.filter((slug) => mayListRuns(abilityIn(TYPE_OF_SLUG[slug]), query));
  const closed = slugs.find((slug) => !open.includes(slug));
  if (closed !== undefined && (query.env || open.length === 0)) requireRunsList(abilityIn(TYPE_OF_SLUG[closed]), query);
  const { rows } = await context.pool.query<Environment>(ENVIRONMENTS, [project.id, user.id]);
  const environments = rows.filter(({ slug }) => open.includes(slug));
  return pageOfRuns(context, { environments, user }, query);
}
