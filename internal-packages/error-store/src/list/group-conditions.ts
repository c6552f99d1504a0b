import type { ErrorList, ErrorListStatus } from "./error-list.js";
import type { Parameters } from "./parameters.js";
import { floorTo } from "./range.js";
import type { Chosen } from "./search.js";

/** An ignore whose time has passed is none, whether or not anybody has written that down. */
export const TRUE_STATUS = `(CASE WHEN g.status = 'ignored' AND g.ignored_until <= now() THEN 'unresolved'
  ELSE g.status END)`;

export const GROUP_COLUMNS = `g.fingerprint, g.task_identifier AS "taskIdentifier", g.error_type AS "errorType",
  g.error_message AS "errorMessage", ${TRUE_STATUS} AS status, g.first_seen AS "firstSeen",
  g.resolved_at AS "resolvedAt", g.ignored_until AS "ignoredUntil"`;

const STORED = { unresolved: ["unresolved", "ignored"], resolved: ["resolved"], ignored: ["ignored"] } as const;

/** What is stored, and indexed, of groups that may have one of these statuses. */
export const storedAs = (statuses: readonly ErrorListStatus[]): string[] => [
  ...new Set(statuses.flatMap((status) => STORED[status])),
];

/** A search as a pattern: no character of it is special. */
export const patternOf = (search: string): string => `%${search.replace(/[\\%_]/g, "\\$&")}%`;

/** Whether `Type: message` of `g` has the text, in any case of letters. */
export const searchCondition = (search: string, parameters: Parameters): string =>
  `error_searched(g.error_type, g.error_message) LIKE lower(${parameters.add(patternOf(search))})`;

/** The part of a list's range in which its versions failed: all groups of the list failed in it, too. */
export const rangeOfVersions = ({ range, failing = range }: ErrorList): ErrorList["range"] => ({
  from: Math.max(range.from, failing.from),
  to: Math.min(range.to, failing.to),
});

const WIDE_MS = 3 * 86_400_000;

/**
 * Whether `g` failed in one of the versions, to the hour, or in a long range to the day. Asked for one group at a time
 * (`OFFSET 0`): a join would read whatever else failed in them.
 */
function versionCondition(list: ErrorList, parameters: Parameters): string {
  const { environmentId, filters } = list;
  const unit = list.range.to - list.range.from > WIDE_MS ? "day" : "hour";
  const range = rangeOfVersions(list);
  return `EXISTS (SELECT FROM error_bucket_${unit} b WHERE b.environment_id = ${parameters.add(environmentId)}
    AND b.fingerprint = g.fingerprint AND b.bucket_at >= ${parameters.at(floorTo(unit, range.from))}
    AND b.bucket_at <= ${parameters.at(range.to)} AND b.version = ANY(${parameters.add(filters.versions)}) OFFSET 0)`;
}

function statusConditions(statuses: readonly ErrorListStatus[], parameters: Parameters): string[] {
  const stored = `g.status = ANY(${parameters.add(storedAs(statuses))}::error_status[])`;
  // Only whether an ignore is over does what is stored not tell; to ask in vain would have the planner expect few.
  if (statuses.includes("unresolved") === statuses.includes("ignored")) return [stored];
  return [stored, `${TRUE_STATUS} = ANY(${parameters.add(statuses)}::error_status[])`];
}

/** What a group has to be, apart from where it is looked for. */
export function groupConditions(list: ErrorList, parameters: Parameters): string[] {
  const { taskIdentifiers, versions, statuses, search } = list.filters;
  return [
    "g.count > 0",
    `g.first_seen <= ${parameters.at(rangeOfVersions(list).to)}`,
    `g.last_seen >= ${parameters.at(rangeOfVersions(list).from)}`,
    ...(taskIdentifiers ? [`g.task_identifier = ANY(${parameters.add(taskIdentifiers)})`] : []),
    ...(statuses ? statusConditions(statuses, parameters) : []),
    ...(search === undefined ? [] : [searchCondition(search, parameters)]),
    ...(versions ? [versionCondition(list, parameters)] : []),
  ];
}

/**
 * Chosen groups that are what they have to be, as a relation. Each is looked up by its key, whatever the planner thinks
 * of reading them all.
 */
export function chosenGroups(list: ErrorList, { fingerprints, filters }: Chosen, parameters: Parameters): string {
  return `(SELECT g.* FROM unnest(string_to_array(${parameters.add(fingerprints)}, ' ')) AS one (chosen) CROSS JOIN LATERAL (
      SELECT * FROM error_group WHERE environment_id = ${parameters.add(list.environmentId)} AND fingerprint = one.chosen
      LIMIT 1) g
    WHERE ${groupConditions({ ...list, filters }, parameters).join(" AND ")})`;
}
