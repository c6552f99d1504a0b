import { addFilters, addTimes, type RunList, Where } from "./runs-where.js";

/** Runs of the tags that are looked at for the rest of the filters before another index is tried. */
const MOST_WALKED = 2000;

/**
 * The statement of a page of runs with any of some tags, which walks the tags' runs in the order of the list. Each of its
 * rows says in `isCut` whether the walk ended before the page was full: then it is not the page. Without a run on the
 * page there is one row, whose `id` is null. Each run is looked up by its key, whatever else PostgreSQL would think of.
 */
export function runsOfTags(
  columns: string,
  list: RunList & { tags: readonly string[] },
): { text: string; values: unknown[] } {
  const { environmentIds, query } = list;
  const tags = [...new Set(list.tags)];
  const lanes = environmentIds.length * tags.length;
  const values = lanes === 1 ? [environmentIds[0], tags[0]] : [environmentIds, tags];
  const rest = new Where(values);
  addFilters(rest, query);
  const page = query.page.size + 1;
  // Each run that is walked is one of the page unless something else is asked of it.
  const most = rest.conditions.length === 0 ? page : Math.max(page, Math.floor(MOST_WALKED / lanes));
  const times = new Where(values);
  addTimes(times, list, "run_id");
  const direction = query.page.before === undefined ? "DESC" : "ASC";
  const order = `ORDER BY created_at ${direction}, run_id ${direction} LIMIT ${most}`;
  const lane = (environmentId: string, tag: string) => `
    SELECT environment_id, created_at, run_id FROM run_tag
    WHERE environment_id = ${environmentId} AND tag = ${tag}${times} ${order}`;
  const walk =
    lanes === 1
      ? lane("$1", "$2")
      : `SELECT DISTINCT newest.* FROM unnest($1::text[]) AS place (id) CROSS JOIN unnest($2::text[]) AS given (tag)
         CROSS JOIN LATERAL (${lane("place.id", "given.tag")}) AS newest ${order}`;
  const text = `
    WITH walked (place, walked_at, run_id) AS NOT MATERIALIZED (${walk}),
    found AS (
      SELECT run.* FROM walked CROSS JOIN LATERAL (
        SELECT ${columns} FROM run WHERE environment_id = place AND id = run_id${rest} LIMIT 1) AS run
      ORDER BY walked_at ${direction}, run_id ${direction} LIMIT ${page})
    SELECT found.*, CASE WHEN (SELECT count(*) FROM found) < ${page} THEN (SELECT count(*) FROM walked) = ${most}
      ELSE false END AS "isCut"
    FROM (SELECT) AS page LEFT JOIN found ON true ORDER BY "createdAt" ${direction}, id ${direction}`;
  return { text, values };
}
