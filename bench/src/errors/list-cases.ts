import { createHash } from "node:crypto";

const DAY_MS = 86_400_000;
const SORTS = ["lastSeen", "firstSeen", "count"] as const;
const TASKS = 50;

/** What is asked for, which `turn` varies. */
type Query = (turn: number) => Record<string, string>;

export interface ListCase {
  name: string;
  queryOf: Query;
  /** Each request asks for the page after that of the one before. */
  isDeep: boolean;
}

const dayAgo = (days: number) => new Date(Date.now() - days * DAY_MS);
const versionOf = (days: number) => `${dayAgo(days).toISOString().slice(0, 10).replaceAll("-", "")}.1`;

/** One that is in the message of a single group, an `HttpError` of an import, as `load-groups.ts` makes them. */
const accountOf = (turn: number) =>
  createHash("md5")
    .update(`account${19 + 20 * (turn % 400)}`)
    .digest("hex")
    .slice(0, 8);

const tasks = (first: number, count: number) => ({
  "filter[taskIdentifier]": Array.from({ length: count }, (_, step) => `task-${(first + step) % TASKS}`).join(),
});
const status = (wanted: string) => ({ "filter[status]": wanted });
const version = (days: number) => ({ "filter[version]": versionOf(days) });
const search = (text: string) => ({ "filter[search]": text });

const FILTERS: Record<string, Query> = {
  none: () => ({}),
  "a task": (turn) => tasks(turn, 1),
  "three tasks": (turn) => tasks(turn, 3),
  "a new version": (turn) => version(turn % 2),
  "an older version": (turn) => version(2 + (turn % 5)),
  unresolved: () => status("unresolved"),
  resolved: () => status("resolved"),
  ignored: () => status("ignored"),
  "words of all": () => search("failed for account"),
  "words of many": () => search("WAREHOUSE did not"),
  "words of many, in no such order": () => search("answer did not"),
  "words of some": (turn) => search(`Region-${turn % 500}:`),
  "words of one": (turn) => search(`account ${accountOf(turn)}`),
  "words of none": (turn) => search(`nothing like ${turn}`),
  "a pasted line": (turn) => search(`HttpError: Import failed for account ${accountOf(turn)} in`),
  "two letters of many": (turn) => search(String(10 + (turn % 90))),
  "two letters of none": () => search("zq"),
  "a task, resolved": (turn) => ({ ...tasks(turn, 1), ...status("resolved") }),
  "a task, ignored": (turn) => ({ ...tasks(turn, 1), ...status("ignored") }),
  "a task, a new version": (turn) => ({ ...tasks(turn, 1), ...version(turn % 2) }),
  "a task, words of many": (turn) => ({ ...tasks(turn, 1), ...search("refund failed") }),
  "ignored, a new version": (turn) => ({ ...status("ignored"), ...version(turn % 2) }),
  "ignored, words of some": (turn) => ({ ...status("ignored"), ...search(`region-${turn % 500}:`) }),
  "resolved, words of many": () => ({ ...status("resolved"), ...search("mail server") }),
};

/** The same in every request, as the cursors of a list are of that very range. */
const lastWeek = { "filter[from]": dayAgo(8).toISOString(), "filter[to]": dayAgo(7).toISOString() };

const RANGES: Record<string, Query> = {
  "1h": () => ({ "filter[period]": "1h" }),
  "1d": () => ({}),
  "7d": () => ({ "filter[period]": "7d" }),
  "30d": () => ({ "filter[period]": "30d" }),
  "a day last week": () => lastWeek,
  "all time": () => ({ "filter[from]": "0" }),
};

/** Whose pages are turned one after the other, too. */
const DEEP = ["none", "a task", "a new version", "ignored", "words of many"];

/** Every filter over every range in every order. */
export const LIST_CASES: readonly ListCase[] = Object.entries(FILTERS).flatMap(([filter, filterOf]) =>
  Object.entries(RANGES).flatMap(([range, rangeOf]) =>
    SORTS.flatMap((sort) =>
      [false, true]
        .filter((isDeep) => !isDeep || DEEP.includes(filter))
        .map((isDeep) => ({
          name: `${filter}; ${range}; by ${sort}${isDeep ? "; page after page" : ""}`,
          isDeep,
          queryOf: (turn: number) => ({ ...filterOf(isDeep ? 0 : turn), ...rangeOf(turn), sort }),
        })),
    ),
  ),
);
