import type { ListRunsQuery } from "@trigger.dev/core/v3";
import type { Ability } from "@trigger.dev/plugins/rbac";
import { insufficientScope, notFound } from "../api/errors.js";

interface RunReference {
  id: string;
  taskIdentifier: string;
  tags: readonly string[];
  batchId: string | null;
}

/** The scopes of which any one lets a caller read this run. */
export function scopesToReadRun(run: RunReference): string[] {
  return [
    `read:runs:${run.id}`,
    `read:tasks:${run.taskIdentifier}`,
    ...run.tags.map((tag) => `read:tags:${tag}`),
    ...(run.batchId === null ? [] : [`read:batch:${run.batchId}`]),
  ];
}

/**
 * Answers the run that was looked for, to who may read it.
 * @throws AppError 403, the same for a run that is not there, when `read:runs:<id>` is not covered and nothing else about
 *   the run is; 404
 */
export function requireReadable<Run extends RunReference>(ability: Ability, runId: string, run: Run | undefined): Run {
  const needed = `read:runs:${runId}`;
  if (!ability.can(run ? scopesToReadRun(run) : [needed])) throw insufficientScope([needed]);
  if (run === undefined) throw notFound("Run");
  return run;
}

/**
 * Passes for `read:runs`, or when every task, tag and batch that the query filters by is covered by a scope of its own.
 * @throws AppError 403
 */
export function requireRunsList(ability: Ability, query: ListRunsQuery): void {
  const needed = neededToList(ability, query);
  if (needed) throw insufficientScope(needed);
}

/** Whether `requireRunsList` would pass. */
export const mayListRuns = (ability: Ability, query: ListRunsQuery): boolean => neededToList(ability, query) === null;

/** The scopes of which any one would help, else null. */
function neededToList(ability: Ability, query: ListRunsQuery): string[] | null {
  const filters = [
    ...(query.taskIdentifier ?? []).map((task) => `read:tasks:${task}`),
    ...(query.tag ?? []).map((tag) => `read:tags:${tag}`),
    ...(query.batch === undefined ? [] : [`read:batch:${query.batch}`]),
  ];
  if (filters.length === 0) return ability.can(["read:runs"]) ? null : ["read:runs"];
  const missing = filters.filter((filter) => !ability.can(["read:runs", filter]));
  const [only] = missing;
  // Of several that are missing each one alone would not do.
  if (only === undefined) return null;
  return missing.length === 1 ? ["read:runs", only] : ["read:runs"];
}
