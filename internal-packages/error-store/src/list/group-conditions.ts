import type { ErrorList, ErrorListStatus } from "./error-list.js";
import type { Parameters } from "./parameters.js";
import { floorTo } from "./range.js";

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
const patternOf = (search: string): string => `%${search.replace(/[\\%_]/g, "\\$&")}%`;

/** Whether type or message of `g` has the text, as the trigram index can tell. */
export function searchCondition(search: string, parameters: Parameters): string {
  const pattern = parameters.add(patternOf(search));
  return `(g.error_type ILIKE ${pattern} OR g.error_message ILIKE ${pattern})`;
}

const WIDE_MS = 3 * 86_400_000;

/** Whether `g` failed in one of the versions, to the hour, or in a long range to the day. */
function versionCondition({ environmentId, range, filters }: ErrorList, parameters: Parameters): string {
  const unit = range.to - range.from > WIDE_MS ? "day" : "hour";
  return `EXISTS (SELECT FROM error_bucket_${unit} b WHERE b.environment_id = ${parameters.add(environmentId)}
    AND b.fingerprint = g.fingerprint AND b.bucket_at >= ${parameters.at(floorTo(unit, range.from))}
    AND b.bucket_at <= ${parameters.at(range.to)} AND b.version = ANY(${parameters.add(filters.versions)}))`;
}

const statusConditions = (statuses: readonly ErrorListStatus[], parameters: Parameters): string[] => [
  `g.status = ANY(${parameters.add(storedAs(statuses))}::error_status[])`,
  `${TRUE_STATUS} = ANY(${parameters.add(statuses)}::error_status[])`,
];

/** What a group has to be, apart from where it is looked for; `chosen` are the only fingerprints that can be. */
export function groupConditions(list: ErrorList, parameters: Parameters, chosen?: readonly string[]): string[] {
  const { taskIdentifiers, versions, statuses, search } = list.filters;
  return [
    "g.count > 0",
    `g.first_seen <= ${parameters.at(list.range.to)}`,
    `g.last_seen >= ${parameters.at(list.range.from)}`,
    ...(chosen ? [`g.fingerprint = ANY(${parameters.add(chosen)})`] : []),
    ...(taskIdentifiers ? [`g.task_identifier = ANY(${parameters.add(taskIdentifiers)})`] : []),
    ...(statuses ? statusConditions(statuses, parameters) : []),
    ...(search === undefined ? [] : [searchCondition(search, parameters)]),
    ...(versions ? [versionCondition(list, parameters)] : []),
  ];
}
