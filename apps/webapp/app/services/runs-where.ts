import type { ListRunsQuery } from "@trigger.dev/core/v3";

/** Conditions and their values; each `?` in a condition becomes the next placeholder. */
export class Where {
  readonly values: unknown[] = [];
  readonly conditions: string[] = [];

  add(condition: string, ...values: unknown[]): void {
    let next = this.values.length;
    this.conditions.push(condition.replace(/\?/g, () => `$${++next}`));
    this.values.push(...values);
  }
}

/** Adds what a list is filtered by, apart from where it is and where the page begins. */
export function addFilters(where: Where, query: ListRunsQuery, now: Date): void {
  addAnyOf(where, "status", query.status, "run_status");
  addAnyOf(where, "task_identifier", query.taskIdentifier);
  addAnyOf(where, "version", query.version);
  if (query.tag) where.add("tags && ?::text[]", query.tag);
  addAnyOf(where, "queue", query.queue);
  if (query.batch !== undefined) where.add("batch_id = ?", query.batch);
  if (query.error !== undefined) {
    where.add("error_fingerprint = ? AND error_fingerprint IS NOT NULL", query.error.slice("error_".length));
  }
  if (query.isTest !== undefined) where.add(query.isTest ? "is_test" : "NOT is_test");
  addAnyOf(where, "options->>'machine'", query.machine);
  addAnyOf(where, "options->>'region'", query.region);
  if (query.createdAt.from) where.add("created_at >= ?", query.createdAt.from);
  if (query.createdAt.to) where.add("created_at <= ?", query.createdAt.to);
  if (query.createdAt.periodMs !== undefined) {
    where.add("created_at >= ?", new Date(Math.max(0, now.getTime() - query.createdAt.periodMs)));
  }
}

/** One value alone is compared with `=`: then an index of it gives its runs in the order of the list. */
function addAnyOf(where: Where, what: string, values: readonly string[] | undefined, type = "text"): void {
  if (values === undefined) return;
  const [only] = values;
  if (values.length === 1) where.add(`${what} = ?::${type}`, only);
  else where.add(`${what} = ANY(?::${type}[])`, values);
}
