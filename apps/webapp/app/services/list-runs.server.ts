import type { ListRunsQuery, ListRunsResponseBody } from "@trigger.dev/core/v3";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";

import { refuse } from "./refuse.server.js";
import { requireRunsList } from "./run-access.js";
import { RUN_COLUMNS, runItem, type RunRow } from "./run-item.js";

/** Conditions and their values; each `?` in a condition becomes the next placeholder. */
class Where {
  readonly values: unknown[] = [];
  readonly conditions: string[] = [];

  add(condition: string, ...values: unknown[]): void {
    let next = this.values.length;
    this.conditions.push(condition.replace(/\?/g, () => `$${++next}`));
    this.values.push(...values);
  }
}

/**
 * Lists runs of one environment, newest first. A cursor is the id of the run at the edge of a page, so pages neither
 * skip nor repeat a run while others are triggered.
 * @throws AppError 403 when a filter is not covered, 400 for a cursor that is no run of this environment
 */
export async function listRuns(
  context: Pick<AppContext, "pool">,
  { ability, environment, user }: Pick<EnvironmentAuthentication, "ability" | "environment" | "user">,
  query: ListRunsQuery,
): Promise<ListRunsResponseBody> {
  requireRunsList(ability, query);
  // Runs have neither a schedule nor an error yet, nor any machine but the developer's.
  if (query.schedule !== undefined || query.error !== undefined || query.bulkAction !== undefined) return emptyPage();
  if (query.env !== undefined && !query.env.includes(environment.slug)) return emptyPage();
  const { after, before, size } = query.page;
  const where = await whereOf(context, environment.id, query);
  const direction = before === undefined ? "DESC" : "ASC";
  const { rows } = await context.pool.query<RunRow>(
    `SELECT ${RUN_COLUMNS} FROM run WHERE ${where.conditions.join(" AND ")}
     ORDER BY created_at ${direction}, id ${direction} LIMIT ${size + 1}`,
    where.values,
  );
  const more = rows.length > size;
  const page = rows.slice(0, size);
  if (before !== undefined) page.reverse();
  const hasNext = before === undefined ? more : page.length > 0;
  const hasPrevious = before === undefined ? after !== undefined && page.length > 0 : more;
  const [first, last] = [page[0], page.at(-1)];
  return {
    data: page.map((row) => runItem(row, environment, user)),
    pagination: {
      ...(hasNext && last ? { next: last.id } : {}),
      ...(hasPrevious && first ? { previous: first.id } : {}),
    },
  };
}

const emptyPage = (): ListRunsResponseBody => ({ data: [], pagination: {} });

async function whereOf(context: Pick<AppContext, "pool">, environmentId: string, query: ListRunsQuery): Promise<Where> {
  const where = new Where();
  where.add("environment_id = ?", environmentId);
  if (query.status) where.add("status = ANY(?::run_status[])", query.status);
  if (query.taskIdentifier) where.add("task_identifier = ANY(?)", query.taskIdentifier);
  if (query.version) where.add("version = ANY(?)", query.version);
  if (query.tag) where.add("tags && ?::text[]", query.tag);
  if (query.queue) where.add("queue = ANY(?)", query.queue);
  if (query.batch !== undefined) where.add("batch_id = ?", query.batch);
  if (query.isTest !== undefined) where.add("is_test = ?", query.isTest);
  if (query.machine) where.add("options->>'machine' = ANY(?)", query.machine);
  if (query.region) where.add("options->>'region' = ANY(?)", query.region);
  if (query.createdAt.from) where.add("created_at >= ?", query.createdAt.from);
  if (query.createdAt.to) where.add("created_at <= ?", query.createdAt.to);
  if (query.createdAt.periodMs !== undefined) {
    where.add("created_at >= ?", new Date(Math.max(0, Date.now() - query.createdAt.periodMs)));
  }
  const { after, before } = query.page;
  const cursor = after ?? before;
  if (cursor !== undefined) {
    const edge = await context.pool.query<{ createdAt: Date }>(
      `SELECT created_at AS "createdAt" FROM run WHERE environment_id = $1 AND id = $2`,
      [environmentId, cursor],
    );
    const createdAt = edge.rows[0]?.createdAt;
    if (createdAt === undefined) throw badCursor(after === undefined ? "page[before]" : "page[after]");
    where.add(after === undefined ? "(created_at, id) > (?, ?)" : "(created_at, id) < (?, ?)", createdAt, cursor);
  }
  return where;
}

const badCursor = (param: string) =>
  refuse(`query.${param}`, `Invalid request: query.${param} is no run of this environment`);
