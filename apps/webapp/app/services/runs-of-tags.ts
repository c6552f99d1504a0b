import { addFilters, addTimes, directionOf, type RunList, Where } from "./runs-where.js";

/** A list by tags. */
export type TaggedList = RunList & { tags: readonly string[] };

/** A statement that looks through some runs for those of a page. */
export interface Search {
  text: string;
  values: unknown[];
}

/**
 * Looks through the runs of any of some tags for those that the other filters let pass. Each of them is looked up by its
 * key, whatever else PostgreSQL would think of.
 * @param most runs that are looked through
 */
export function searchTags(columns: string, list: TaggedList, most: number): Search {
  const { environmentIds, query } = list;
  const tags = [...new Set(list.tags)];
  const lanes = environmentIds.length * tags.length;
  const values = lanes === 1 ? [environmentIds[0], tags[0]] : [environmentIds, tags];
  const rest = new Where(values);
  addFilters(rest, query);
  const page = query.page.size + 1;
  // Each run of the tags is one of the page unless something else is asked of it.
  const walked = rest.conditions.length === 0 ? page : Math.max(page, Math.floor(most / lanes));
  const times = new Where(values);
  addTimes(times, list, "run_id");
  const direction = directionOf(query);
  const order = `ORDER BY created_at ${direction}, run_id ${direction} LIMIT ${walked}`;
  const lane = (environmentId: string, tag: string) => `
    SELECT environment_id, created_at, run_id FROM run_tag
    WHERE environment_id = ${environmentId} AND tag = ${tag}${times} ${order}`;
  const walk =
    lanes === 1
      ? lane("$1", "$2")
      : `SELECT DISTINCT newest.* FROM unnest($1::text[]) AS place (id) CROSS JOIN unnest($2::text[]) AS given (tag)
         CROSS JOIN LATERAL (${lane("place.id", "given.tag")}) AS newest ${order}`;
  const found = `
    SELECT run.* FROM walked CROSS JOIN LATERAL (
      SELECT ${columns} FROM run WHERE environment_id = walked.environment_id AND id = walked.run_id${rest} LIMIT 1) AS run
    ORDER BY walked.created_at ${direction}, walked.run_id ${direction}`;
  return search({ walk, found, walked, list, values });
}

/**
 * Looks through the runs that the other filters let pass for those with any of the tags.
 * @param most runs that are looked through
 */
export function searchFilters(columns: string, list: TaggedList, most: number): Search {
  const { environmentIds, query, tags } = list;
  const single = environmentIds.length === 1;
  const walked = Math.max(query.page.size + 1, Math.floor(most / environmentIds.length));
  const where = new Where(single ? [environmentIds[0], tags] : [environmentIds, tags]);
  addFilters(where, query);
  addTimes(where, list);
  const direction = directionOf(query);
  const order = `ORDER BY created_at ${direction}, id ${direction}`;
  const lane = (environmentId: string) =>
    `SELECT ${columns}, created_at FROM run WHERE environment_id = ${environmentId}${where} ${order} LIMIT ${walked}`;
  const walk = single
    ? lane("$1")
    : `SELECT newest.* FROM unnest($1::text[]) AS place (id)
       CROSS JOIN LATERAL (${lane("place.id")}) AS newest ${order} LIMIT ${walked}`;
  const found = `SELECT * FROM walked WHERE tags && $2::text[] ${order}`;
  return search({ walk, found, walked, list, values: where.values });
}

/**
 * Each row of it says in `isCut` whether the walk ended before the page was full: then it is not the page. Without a run
 * on the page there is one row, whose `id` is null.
 */
function search(parts: { walk: string; found: string; walked: number; list: TaggedList; values: unknown[] }): Search {
  const { walk, found, walked, list, values } = parts;
  const page = list.query.page.size + 1;
  const direction = directionOf(list.query);
  const text = `
    WITH walked AS (${walk}), found AS (${found} LIMIT ${page})
    SELECT found.*, CASE WHEN (SELECT count(*) FROM found) < ${page} THEN (SELECT count(*) FROM walked) = ${walked}
      ELSE false END AS "isCut"
    FROM (SELECT) AS page LEFT JOIN found ON true ORDER BY "createdAt" ${direction}, id ${direction}`;
  return { text, values };
}
