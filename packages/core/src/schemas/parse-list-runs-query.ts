import type * as z from "zod";
import type { ErrorIssue } from "./error.js";
import { DEFAULT_PAGE_SIZE } from "./filter-values.js";
import { type ListRunsQuery, ListRunsSearchParams } from "./list-runs-query.js";
import type { RunCursor } from "./run-cursor.js";

export type ParsedListRunsQuery = { ok: true; query: ListRunsQuery } | { ok: false; issues: ErrorIssue[] };

/**
 * Reads `filter[…]` and `page[…]` of a URL. A key that is repeated is one list; unknown keys are ignored.
 * Refused values come back as issues whose path is the key in the URL.
 */
export function parseListRunsQuery(params: URLSearchParams): ParsedListRunsQuery {
  const parsed = ListRunsSearchParams.safeParse(
    Object.fromEntries([...new Set(params.keys())].map((key) => [key, params.getAll(key).join(",")])),
  );
  if (!parsed.success) {
    return {
      ok: false,
      issues: parsed.error.issues.map(({ path, message }) => ({ path: String(path[0] ?? ""), message })),
    };
  }
  return { ok: true, query: toListRunsQuery(parsed.data) };
}

/** A checked query in the words of a program. */
export function toListRunsQuery(checked: z.output<typeof ListRunsSearchParams>): ListRunsQuery {
  const {
    "filter[isTest]": isTest,
    "page[size]": size,
    "filter[createdAt][from]": from,
    "filter[createdAt][to]": to,
    "filter[createdAt][period]": periodMs,
    "page[after]": after,
    "page[before]": before,
    ...filters
  } = checked;
  return {
    ...withoutUndefined({
      status: filters["filter[status]"],
      taskIdentifier: filters["filter[taskIdentifier]"],
      version: filters["filter[version]"],
      tag: filters["filter[tag]"],
      queue: filters["filter[queue]"],
      machine: filters["filter[machine]"],
      region: filters["filter[region]"],
      env: filters["filter[env]"],
      isTest: isTest === undefined ? undefined : isTest === "true",
      batch: filters["filter[batch]"],
      schedule: filters["filter[schedule]"],
      bulkAction: filters["filter[bulkAction]"],
      error: filters["filter[error]"],
    }),
    createdAt: withoutUndefined({ from, to, periodMs }),
    page: { size: size === undefined ? DEFAULT_PAGE_SIZE : Number(size), ...edgeOf(after, before) },
  };
}

function edgeOf(after: RunCursor | undefined, before: RunCursor | undefined) {
  if (before && (!after || before.turn > after.turn)) return { before: before.runId, turn: before.turn };
  return after ? { after: after.runId, turn: after.turn } : {};
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };
const isDefined = <T>(entry: [string, T | undefined]): entry is [string, T] => entry[1] !== undefined;

function withoutUndefined<T extends object>(value: T): Defined<T>;
function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(isDefined));
}
