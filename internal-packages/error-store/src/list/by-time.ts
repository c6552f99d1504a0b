import { countInRange } from "./count-in-range.js";
import type { ErrorList, ErrorListPage } from "./error-list.js";
import { chosenGroups, GROUP_COLUMNS, groupConditions, rangeOfVersions, storedAs } from "./group-conditions.js";
import { Parameters } from "./parameters.js";
import { floorTo } from "./range.js";
import type { Search } from "./search.js";

/** A statement that reads one page of a list ordered by time, in the order of the walk. */
export interface Statement {
  text: string;
  values: unknown[];
}

const DAY = "day";

/** A range that ended before the list was read may have been passed over by a group that lived through it. */
function occurredInRange(list: ErrorList, environment: string, parameters: Parameters): string[] {
  const { range, asOf } = list;
  if (range.to >= asOf) return [];
  const [from, to] = [parameters.at(range.from), parameters.at(range.to)];
  return [
    `(g.last_seen <= ${to} OR g.first_seen >= ${from} OR (EXISTS (
       SELECT FROM error_group_day d WHERE d.environment_id = ${environment} AND d.fingerprint = g.fingerprint
         AND d.bucket_at >= ${parameters.at(floorTo(DAY, range.from))} AND d.bucket_at <= ${to})
     AND ${countInRange(range, { environment, group: "g" }, parameters)} > 0))`,
  ];
}

interface Walk {
  list: ErrorList;
  page: ErrorListPage;
  parameters: Parameters;
  environment: string;
  direction: "ASC" | "DESC";
}

function edgeCondition(column: string, { page: { edge }, parameters }: Walk): string[] {
  if (edge === undefined) return [];
  const than = edge.direction === "after" ? "<" : ">";
  return [`(${column}, g.fingerprint) ${than} (${parameters.at(edge.value)}, ${parameters.add(edge.fingerprint)})`];
}

/** Walks the groups that were last seen before the list's instant: their order is that of the index. */
function unmoved(walk: Walk, { chosen, scan }: Search): string {
  const { list, page, parameters, environment, direction } = walk;
  const { edge } = page;
  const { taskIdentifiers, statuses } = list.filters;
  const minute = (at: number) => parameters.at(floorTo("minute", at));
  const within = [
    `g.environment_id = ${environment}`,
    `g.last_seen_minute >= ${minute(edge?.direction === "before" ? edge.value : rangeOfVersions(list).from)}`,
    `g.last_seen_minute <= ${minute(edge?.direction === "after" ? edge.value : list.asOf)}`,
    `g.last_seen <= ${parameters.at(list.asOf)}`,
    ...edgeCondition("g.last_seen", walk),
  ];
  const conditions = [
    ...(chosen ? [] : groupConditions(ofPlaces(list), parameters)),
    ...occurredInRange(list, environment, parameters),
  ];
  const from = chosen && CHOSEN;
  const order = `ORDER BY g.last_seen_minute ${direction}, g.last_seen ${direction}, g.fingerprint ${direction}`;
  const place = chosen ? null : placeOf({ taskIdentifiers, statuses }, parameters);
  if (place === null) return walkOf(within, conditions, { from, order, scan, size: page.size });
  return walksOf(place, within, conditions, { order, scan, size: page.size });
}

/** What an index has the groups by, before their order. */
interface Place {
  column: string;
  values: string;
}

function placeOf(
  { taskIdentifiers, statuses }: Pick<ErrorList["filters"], "taskIdentifiers" | "statuses">,
  parameters: Parameters,
): Place | null {
  if (taskIdentifiers) {
    return { column: "g.task_identifier", values: `${parameters.add([...new Set(taskIdentifiers)])}::text[]` };
  }
  if (!statuses) return null;
  return { column: "g.status", values: `${parameters.add(storedAs(statuses))}::error_status[]` };
}

/** What is still to be asked of the groups of each task: said twice, the planner would take them for few. */
const ofPlaces = (list: ErrorList): ErrorList => ({
  ...list,
  filters: { ...list.filters, taskIdentifiers: undefined },
});

/** Both walks of a list by last seen look at the same few. */
const CHOSEN = "chosen g";

interface Order {
  /** What is walked, as `g`. */
  from?: string | undefined;
  order: string;
  scan?: number | undefined;
  size: number;
}

function walkOf(
  within: readonly string[],
  conditions: readonly string[],
  { from = "error_group g", order, scan, size }: Order,
): string {
  const columns = `${GROUP_COLUMNS}, g.last_seen AS "lastSeen"`;
  if (scan === undefined) {
    return `(SELECT ${columns} FROM ${from} WHERE ${[...within, ...conditions].join(" AND ")} ${order} LIMIT ${size})`;
  }
  return `(SELECT ${columns} FROM (SELECT g.* FROM error_group g WHERE ${within.join(" AND ")} ${order} LIMIT ${scan}) g
    WHERE ${conditions.join(" AND ")} ${order} LIMIT ${size})`;
}

/** One walk of an index for each value: a list of them in one condition would sort all there is. */
function walksOf(
  { column, values }: Place,
  within: readonly string[],
  conditions: readonly string[],
  order: Order,
): string {
  return `SELECT found.* FROM unnest(${values}) AS place (value) CROSS JOIN LATERAL (
    ${walkOf([...within, `${column} = place.value`], conditions, order)}) found`;
}

/** The groups that failed again since: their place in the list is that of the last failure before it, which the runs know. */
function moved(walk: Walk, { chosen }: Search): string {
  const { list, page, parameters, environment, direction } = walk;
  const asOf = parameters.at(list.asOf);
  const conditions = [
    `g.environment_id = ${environment}`,
    `g.last_seen_minute >= ${parameters.at(floorTo("minute", list.asOf))}`,
    `g.last_seen > ${asOf}`,
    ...(list.range.to >= list.asOf ? [`seen.at >= ${parameters.at(list.range.from)}`] : []),
    ...edgeCondition("seen.at", walk),
    ...(chosen ? [] : groupConditions(list, parameters)),
    ...occurredInRange(list, environment, parameters),
  ];
  const from = chosen ? CHOSEN : "error_group g";
  return `(SELECT ${GROUP_COLUMNS}, seen.at AS "lastSeen" FROM ${from} CROSS JOIN LATERAL (SELECT coalesce((
      SELECT r.finished_at FROM run r WHERE r.environment_id = ${environment} AND r.error_fingerprint = g.fingerprint
        AND r.error_fingerprint IS NOT NULL AND r.finished_at <= ${asOf} ORDER BY r.finished_at DESC LIMIT 1),
      g.first_seen) AS at) seen
    WHERE ${conditions.join(" AND ")} ORDER BY seen.at ${direction}, g.fingerprint ${direction} LIMIT ${page.size})`;
}

function walkFor(list: ErrorList, page: ErrorListPage): Walk {
  const parameters = new Parameters();
  const environment = parameters.add(list.environmentId);
  return { list, page, parameters, environment, direction: page.edge?.direction === "before" ? "ASC" : "DESC" };
}

/** Reads a page by when groups were last seen, as of the list's instant. */
export function byLastSeen(list: ErrorList, page: ErrorListPage, search: Search): Statement {
  const walk = walkFor(list, page);
  const { direction, parameters } = walk;
  const { chosen } = search;
  const once = chosen ? `WITH chosen AS MATERIALIZED ${chosenGroups(list, chosen, parameters)}` : "";
  const text = `${once} SELECT * FROM (${unmoved(walk, search)} UNION ALL ${moved(walk, search)}) listed
    ORDER BY "lastSeen" ${direction}, fingerprint ${direction} LIMIT ${page.size}`;
  return { text, values: parameters.values };
}

/** Reads a page by when groups were first seen, which never changes. */
export function byFirstSeen(list: ErrorList, page: ErrorListPage, { chosen, scan }: Search): Statement {
  const walk = walkFor(list, page);
  const { taskIdentifiers, statuses } = list.filters;
  const { environment, parameters, direction } = walk;
  const within = [
    `g.environment_id = ${environment}`,
    `g.first_seen <= ${parameters.at(rangeOfVersions(list).to)}`,
    ...edgeCondition("g.first_seen", walk),
    // Which lets the planner find the few of a status, and sort them.
    ...(statuses && scan === undefined
      ? [`g.last_seen_minute >= ${parameters.at(floorTo("minute", rangeOfVersions(list).from))}`]
      : []),
  ];
  const conditions = [
    ...(chosen ? [] : groupConditions(ofPlaces(list), parameters)),
    ...occurredInRange(list, environment, parameters),
    ...stillInRange(list, environment, parameters),
  ];
  const from = chosen && `${chosenGroups(list, chosen, parameters)} g`;
  const order = `ORDER BY g.first_seen ${direction}, g.fingerprint ${direction}`;
  const place = chosen ? null : placeOf({ taskIdentifiers }, parameters);
  if (place === null) {
    return { text: walkOf(within, conditions, { from, order, scan, size: page.size }), values: parameters.values };
  }
  const text = `SELECT * FROM (${walksOf(place, within, conditions, { order, scan, size: page.size })}) listed
    ORDER BY "firstSeen" ${direction}, fingerprint ${direction} LIMIT ${page.size}`;
  return { text, values: parameters.values };
}

/** Of an open range: a group that failed again since the list was read may not have been in it before. */
function stillInRange({ range, asOf }: ErrorList, environment: string, parameters: Parameters): string[] {
  if (range.to < asOf) return [];
  const [from, to] = [parameters.at(range.from), parameters.at(asOf)];
  return [
    `(g.last_seen <= ${to} OR g.first_seen >= ${from} OR EXISTS (
       SELECT FROM run r WHERE r.environment_id = ${environment} AND r.error_fingerprint = g.fingerprint
         AND r.error_fingerprint IS NOT NULL AND r.finished_at >= ${from} AND r.finished_at <= ${to}))`,
  ];
}
