import type { ErrorGroupListItem, ListErrorsQuery, ListErrorsResponse } from "@trigger.dev/core/v3";
import { countedUntil, hourlyCounts, listErrorGroups, type ListedGroup } from "@trigger.dev/error-store";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { pageCursors, pageEdge } from "./error-cursor.server.js";
import { errorIdOf, isoOrNull } from "./error-id.js";

/**
 * Lists the groups of the credential's environment as they were when its first page was read; where each stands is told
 * as of now.
 * @throws AppError 400 for a cursor that is not of this list
 */
export async function listErrors(
  context: Pick<AppContext, "pool" | "secrets" | "errors">,
  { environment }: Pick<EnvironmentAuthentication, "environment">,
  query: ListErrorsQuery,
): Promise<ListErrorsResponse> {
  const { sort, range, page, hourly, ...filters } = query;
  const scope = { sort, filters: { environment: environment.id, range, ...filters } };
  const edge = pageEdge(context, scope, page);
  await context.errors.catchUp(environment.id);
  const asOf = edge?.cursor.asOf ?? (await countedUntil(context.pool, environment.id));
  const stretch = rangeAt(range, asOf);
  if (stretch.from > stretch.to) return { data: [], pagination: {} };
  const { groups, more } = await listErrorGroups(
    context.pool,
    {
      environmentId: environment.id,
      sort,
      asOf,
      range: stretch,
      filters: {
        taskIdentifiers: filters.taskIdentifier,
        versions: filters.version,
        statuses: filters.status,
        search: filters.search,
      },
    },
    {
      size: page.size,
      edge: edge && { direction: edge.direction, value: edge.cursor.value, fingerprint: edge.cursor.id },
    },
  );
  const rows = groups.map(({ value, fingerprint }) => ({ value, id: fingerprint }));
  const hours = hourly
    ? await hourlyCounts(
        context.pool,
        { environmentId: environment.id, fingerprints: rows.map(({ id }) => id) },
        Date.now(),
      )
    : undefined;
  return {
    data: groups.map((group) => itemOf(group, hours?.get(group.fingerprint))),
    pagination: pageCursors(context, scope, { rows, more, edge, asOf }),
  };
}

function rangeAt(range: ListErrorsQuery["range"], asOf: number): { from: number; to: number } {
  if ("periodMs" in range) return { from: Math.max(0, asOf - range.periodMs), to: asOf };
  return { from: range.from?.getTime() ?? 0, to: Math.min(range.to?.getTime() ?? asOf, asOf) };
}

const itemOf = (group: ListedGroup, hourly: number[] | undefined): ErrorGroupListItem => ({
  id: errorIdOf(group.fingerprint),
  fingerprint: group.fingerprint,
  taskIdentifier: group.taskIdentifier,
  errorType: group.errorType,
  errorMessage: group.errorMessage,
  status: group.status,
  count: group.count,
  firstSeen: group.firstSeen.toISOString(),
  lastSeen: group.lastSeen.toISOString(),
  resolvedAt: isoOrNull(group.resolvedAt),
  ignoredUntil: isoOrNull(group.ignoredUntil),
  ...(hourly === undefined ? {} : { hourly }),
});
