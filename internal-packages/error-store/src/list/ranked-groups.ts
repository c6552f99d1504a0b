import type { ErrorList } from "./error-list.js";
import { groupConditions } from "./group-conditions.js";
import type { Parameters } from "./parameters.js";
import type { Chosen } from "./search.js";

/**
 * Ranks are of all groups, or of those alone that pass the filters: as many are passed over as it takes.
 */
export type Among = "all" | "passing" | Chosen;

interface Ranks {
  environment: string;
  days: number[] | null;
  limit: string;
  among: Exclude<Among, object>;
}

/**
 * The beginning of every list that a group of the range stands on: of each day (`list`) and task (`place`), or of all
 * time. A group stands in one place of a list.
 */
export function rankedGroups(
  list: ErrorList,
  { environment, days, limit, among }: Ranks,
  parameters: Parameters,
): string {
  const { taskIdentifiers } = list.filters;
  const conditions = () => groupConditions(list, parameters).join(" AND ");
  if (days === null && among === "passing") {
    return `(SELECT g.fingerprint, 0 AS list, 0 AS place, g.magnitude FROM error_group g
      WHERE g.environment_id = ${environment} AND ${conditions()} ORDER BY g.magnitude DESC LIMIT ${limit})`;
  }
  // Walked in the order of the ranks and asked one by one: an index of the filter would be sorted by rank first.
  const passing = () =>
    among === "all"
      ? ""
      : `CROSS JOIN LATERAL (SELECT FROM (
          SELECT * FROM error_group WHERE environment_id = ${environment} AND fingerprint = d.fingerprint LIMIT 1) g
          WHERE ${conditions()}) passing`;
  const tasks = taskIdentifiers && [...new Set(taskIdentifiers)];
  const listsOf = (table: string, at: string, number: number) =>
    (tasks ?? [null]).map(
      (task, place) => `(SELECT d.fingerprint, ${number} AS list, ${place} AS place, d.magnitude
        FROM ${table} d ${passing()} WHERE d.environment_id = ${environment} ${at}
          ${task === null ? "" : `AND d.task_identifier = ${parameters.add(task)}`}
        ORDER BY d.magnitude DESC LIMIT ${limit})`,
    );
  // Each day by itself, so that the planner looks at its partition alone.
  const lists =
    days === null
      ? listsOf("error_group", "", 0)
      : days.flatMap((day, index) => listsOf("error_group_day", `AND d.bucket_at = ${parameters.at(day)}`, index));
  return lists.join(" UNION ALL ");
}
