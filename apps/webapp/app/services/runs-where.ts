import type { ListRunsQuery } from "@trigger.dev/core/v3";

/** What a list of runs is asked for. */
export interface RunList {
  environmentIds: readonly string[];
  query: ListRunsQuery;
  edge: Edge | null;
  now: Date;
}

/** Where a page begins: at a run, and on which side of it. */
export interface Edge {
  createdAt: Date;
  runId: string;
  side: "after" | "before";
}

/** A page before a run begins with the one that is next to it. */
export const directionOf = ({ page: { before } }: ListRunsQuery) => (before === undefined ? "DESC" : "ASC");

/** Conditions and their values; each `?` in a condition becomes the next placeholder. */
export class Where {
  readonly conditions: string[] = [];

  /** @param values those that stand before these conditions', or those of others of the same statement */
  constructor(readonly values: unknown[] = []) {}

  add(condition: string, ...values: unknown[]): void {
    let next = this.values.length;
    this.conditions.push(condition.replace(/\?/g, () => `$${++next}`));
    this.values.push(...values);
  }

  /** The conditions, for after another one. */
  toString(): string {
    return this.conditions.map((condition) => ` AND ${condition}`).join("");
  }
}

/** Adds when runs were made that a page can hold. `id` is the column that tells those of one instant apart. */
export function addTimes(
  where: Where,
  { query: { createdAt }, edge, now }: Omit<RunList, "environmentIds">,
  id: "id" | "run_id" = "id",
): void {
  if (createdAt.from) where.add("created_at >= ?", createdAt.from);
  if (createdAt.to) where.add("created_at <= ?", createdAt.to);
  if (createdAt.periodMs !== undefined) {
    where.add("created_at >= ?", new Date(Math.max(0, now.getTime() - createdAt.periodMs)));
  }
  if (edge === null) return;
  where.add(`(created_at, ${id}) ${edge.side === "after" ? "<" : ">"} (?, ?)`, edge.createdAt, edge.runId);
}

/** A filter that several values pass. */
export interface AnyOf {
  column: string;
  type: string;
  /** Each of them once. */
  values: readonly string[];
}

/** The filters of a query, apart from tags, that take any of some values. */
export const anyOfFilters = (query: ListRunsQuery): AnyOf[] =>
  [
    { column: "status", type: "run_status", values: query.status },
    { column: "task_identifier", type: "text", values: query.taskIdentifier },
    { column: "version", type: "text", values: query.version },
    { column: "queue", type: "text", values: query.queue },
    { column: "options->>'machine'", type: "text", values: query.machine },
    { column: "options->>'region'", type: "text", values: query.region },
  ].flatMap(({ values, ...filter }) => (values ? [{ ...filter, values: [...new Set(values)] }] : []));

/** Adds what else a list is filtered by, apart from where it is and from tags. */
export function addFilters(where: Where, query: ListRunsQuery, anyOf: readonly AnyOf[] = anyOfFilters(query)): void {
  // One value alone is compared with `=`: then an index of it gives its runs in the order of the list.
  for (const { column, type, values } of anyOf) {
    if (values.length === 1) where.add(`${column} = ?::${type}`, values[0]);
    else where.add(`${column} = ANY(?::${type}[])`, values);
  }
  if (query.batch !== undefined) where.add("batch_id = ?", query.batch);
  if (query.error !== undefined) {
    where.add("error_fingerprint = ? AND error_fingerprint IS NOT NULL", query.error.slice("error_".length));
  }
  if (query.isTest !== undefined) where.add(query.isTest ? "is_test" : "NOT is_test");
}
