import { addFilters, addTimes, anyOfFilters, directionOf, type RunList, Where } from "./runs-where.js";

/**
 * The statement of a page of runs without tags, in the order of the list: one walk of an index for each environment, and
 * for each value of a filter that has several. A list of them in one condition would sort everything there is.
 * @returns among the rest `isPlain`: nothing is asked but one environment's newest runs
 */
export function runsOfFilters(columns: string, list: RunList): { text: string; values: unknown[]; isPlain: boolean } {
  const { environmentIds, query } = list;
  const single = environmentIds.length === 1;
  const where = new Where(single ? [environmentIds[0]] : [environmentIds]);
  const lanes = single ? [] : ["unnest($1::text[]) AS place (id)"];
  const anyOf = anyOfFilters(query);
  const several = anyOf.find(({ values }) => values.length > 1);
  if (several) {
    where.values.push(several.values);
    lanes.push(`unnest($${where.values.length}::${several.type}[]) AS lane (value)`);
    where.add(`${several.column} = lane.value`);
  }
  addFilters(
    where,
    query,
    anyOf.filter((filter) => filter !== several),
  );
  addTimes(where, list);
  const isPlain = single && where.conditions.length === 0;
  where.values.push(query.page.size + 1);
  const direction = directionOf(query);
  const order = `ORDER BY created_at ${direction}, id ${direction} LIMIT $${where.values.length}`;
  const from = `FROM run WHERE environment_id = ${single ? "$1" : "place.id"}${where} ${order}`;
  const text =
    lanes.length === 0
      ? `SELECT ${columns} ${from}`
      : `SELECT found.* FROM ${lanes.join(" CROSS JOIN ")}
         CROSS JOIN LATERAL (SELECT ${columns}, created_at ${from}) AS found ${order}`;
  return { text, values: where.values, isPlain };
}
