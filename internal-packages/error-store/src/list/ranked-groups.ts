import type { ErrorList } from "./error-list.js";
import { groupConditions } from "./group-conditions.js";
import type { Parameters } from "./parameters.js";

/**
 * Ranks are of all groups, or of those alone that pass the filters: as many are passed over as it takes, unless it is
 * known that few pass.
 */
export type Among = "all" | "passing" | "few" | { chosen: readonly string[] };

interface Ranks {
  environment: string;
  days: number[] | null;
  limit: string;
  among: Exclude<Among, object>;
}

/** The beginning of every list that a group of the range stands on: of each day and task, or of all time. */
export function rankedGroups(
  list: ErrorList,
  { environment, days, limit, among }: Ranks,
  parameters: Parameters,
): string {
  const { taskIdentifiers } = list.filters;
  const conditions = () => groupConditions(list, parameters).join(" AND ");
  if (days === null && among === "few") {
    return `(SELECT g.fingerprint, 0 AS list, g.magnitude FROM error_group g
      WHERE g.environment_id = ${environment} AND ${conditions()} ORDER BY g.magnitude DESC LIMIT ${limit})`;
  }
  // Walked in the order of the ranks and asked one by one: an index of the filter would be sorted by rank first.
  const passing = () =>
    among === "all"
      ? ""
      : `CROSS JOIN LATERAL (SELECT FROM (
          SELECT * FROM error_group WHERE environment_id = ${environment} AND fingerprint = d.fingerprint LIMIT 1) g
          WHERE ${conditions()}) passing`;
  const listOf = (
    table: string,
    place: string,
    number: number,
  ) => `(SELECT d.fingerprint, ${number} AS list, d.magnitude
    FROM ${table} d ${passing()} WHERE d.environment_id = ${environment} ${place} ORDER BY d.magnitude DESC LIMIT ${limit})`;
  if (days === null) {
    const tasks = taskIdentifiers && `AND d.task_identifier = ANY(${parameters.add(taskIdentifiers)})`;
    return listOf("error_group", tasks ?? "", 0);
  }
  // Each day by itself, so that the planner looks at its partition alone.
  const lists = days.flatMap((day, index) => {
    const at = `AND d.bucket_at = ${parameters.at(day)}`;
    if (!taskIdentifiers) return [listOf("error_group_day", at, index)];
    return [...new Set(taskIdentifiers)].map((task, number) =>
      listOf(
        "error_group_day",
        `${at} AND d.task_identifier = ${parameters.add(task)}`,
        index * taskIdentifiers.length + number,
      ),
    );
  });
  return lists.join(" UNION ALL ");
}
