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
  if (query.status) where.add("status = ANY(?::run_status[])", query.status);
  if (query.taskIdentifier) where.add("task_identifier = ANY(?)", query.taskIdentifier);
  if (query.version) where.add("version = ANY(?)", query.version);
  if (query.tag) where.add("tags && ?::text[]", query.tag);
  if (query.queue) where.add("queue = ANY(?)", query.queue);
  if (query.batch !== undefined) where.add("batch_id = ?", query.batch);
  if (query.error !== undefined) {
    where.add("error_fingerprint = ? AND error_fingerprint IS NOT NULL", query.error.slice("error_".length));
  }
  if (query.isTest !== undefined) where.add("is_test = ?", query.isTest);
  if (query.machine) where.add("options->>'machine' = ANY(?)", query.machine);
  if (query.region) where.add("options->>'region' = ANY(?)", query.region);
  if (query.createdAt.from) where.add("created_at >= ?", query.createdAt.from);
  if (query.createdAt.to) where.add("created_at <= ?", query.createdAt.to);
  if (query.createdAt.periodMs !== undefined) {
    where.add("created_at >= ?", new Date(Math.max(0, now.getTime() - query.createdAt.periodMs)));
  }
}
