import type { ListRunsQuery } from "@trigger.dev/core/v3";

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

/** Where a page begins: at a run, and on which side of it. */
export interface Edge {
  createdAt: Date;
  runId: string;
  side: "after" | "before";
}

/** Adds when runs were made that a page can hold. `id` is the column that tells those of one instant apart. */
export function addTimes(
  where: Where,
  { query: { createdAt }, edge, now }: { query: ListRunsQuery; edge: Edge | null; now: Date },
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

/** Adds what else a list is filtered by, apart from where it is and from tags. */
export function addFilters(where: Where, query: ListRunsQuery): void {
  addAnyOf(where, "status", query.status, "run_status");
  addAnyOf(where, "task_identifier", query.taskIdentifier);
  addAnyOf(where, "version", query.version);
  addAnyOf(where, "queue", query.queue);
  if (query.batch !== undefined) where.add("batch_id = ?", query.batch);
  if (query.error !== undefined) {
    where.add("error_fingerprint = ? AND error_fingerprint IS NOT NULL", query.error.slice("error_".length));
  }
  if (query.isTest !== undefined) where.add(query.isTest ? "is_test" : "NOT is_test");
  addAnyOf(where, "options->>'machine'", query.machine);
  addAnyOf(where, "options->>'region'", query.region);
}

/** One value alone is compared with `=`: then an index of it gives its runs in the order of the list. */
function addAnyOf(where: Where, what: string, values: readonly string[] | undefined, type = "text"): void {
  if (values === undefined) return;
  const [only] = values;
  if (values.length === 1) where.add(`${what} = ?::${type}`, only);
  else where.add(`${what} = ANY(?::${type}[])`, values);
}
