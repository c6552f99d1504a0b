import type { ListRunsQuery, ListRunsResponseBody } from "@trigger.dev/core/v3";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { pageOfRuns } from "./page-of-runs.server.js";
import { requireRunsList } from "./run-access.js";

/**
 * Lists the runs of the credential's environment.
 * @throws AppError 403 when a filter is not covered, 400 for a cursor that is no run of this environment
 */
export async function listRuns(
  context: Pick<AppContext, "pool" | "lists">,
  { ability, environment, user }: Pick<EnvironmentAuthentication, "ability" | "environment" | "user">,
  query: ListRunsQuery,
): Promise<ListRunsResponseBody> {
  requireRunsList(ability, query);
  return pageOfRuns(context, { environments: [environment], user }, query);
}
