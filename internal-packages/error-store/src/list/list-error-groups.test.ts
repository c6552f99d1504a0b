import { startTestDatabase, type TestDatabase } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ErrorList, ErrorListFilters, ErrorListSort } from "./error-list.js";
import { listErrorGroups } from "./list-error-groups.js";
import { fillGroups } from "../test-world/fill-groups.js";
import { floorTo, UNIT_MS } from "./range.js";
import { termsOf } from "./search-terms.js";

const ENVIRONMENT = "env_lists";
const GROUPS = 250;
/** Whole minutes at both ends: what is counted there are buckets, of which these groups have no runs. */
const now = floorTo("minute", Date.now()) - 1;
const DAYS = 12;

let database: TestDatabase;

beforeAll(async () => {
  database = await startTestDatabase();
  await fillGroups(database.pool, { environmentId: ENVIRONMENT, groups: GROUPS, days: DAYS, now: new Date(now) });
});
afterAll(() => database?.stop());

/** The same list, of everything, added up minute by minute. */
async function naive(list: ErrorList): Promise<[string, number][]> {
  const { taskIdentifiers, versions, statuses, search } = list.filters;
  const { rows } = await database.pool.query<{ fingerprint: string; count: number; first: Date; last: Date }>(
    `SELECT g.fingerprint, sum(b.count)::float8 AS count, g.first_seen AS first, g.last_seen AS last
     FROM error_group g JOIN error_bucket_minute b USING (environment_id, fingerprint)
     WHERE g.environment_id = $7 AND b.bucket_at >= $1 AND b.bucket_at <= $2 AND ($3::text[] IS NULL OR task_identifier = ANY($3))
       AND ($4::text[] IS NULL OR b.version = ANY($4)) AND ($5::error_status[] IS NULL OR status = ANY($5))
       AND ($6::text IS NULL OR error_type || ': ' || error_message ILIKE '%' || $6 || '%')
     GROUP BY g.environment_id, g.fingerprint`,
    [
      new Date(list.range.from),
      new Date(list.range.to),
      taskIdentifiers,
      versions,
      statuses,
      search,
      list.environmentId,
    ],
  );
  const value = (row: (typeof rows)[number]) =>
    list.sort === "count" ? row.count : (list.sort === "lastSeen" ? row.last : row.first).getTime();
  const ordered = rows.toSorted(
    (one, other) => value(other) - value(one) || (one.fingerprint < other.fingerprint ? 1 : -1),
  );
  return ordered.map(({ fingerprint, count }) => [fingerprint, count]);
}

async function paged(list: ErrorList, direction: "after" | "before", size: number): Promise<[string, number][]> {
  const found: [string, number][] = [];
  const last = { direction, value: direction === "after" ? Number.MAX_SAFE_INTEGER : -1, fingerprint: "" };
  for (let edge = last, more = true; more;) {
    const page = await listErrorGroups(database.pool, list, {
      size,
      edge: edge === last && direction === "after" ? undefined : edge,
    });
    const rows = direction === "after" ? page.groups : page.groups.toReversed();
    found.push(...rows.map(({ fingerprint, count }): [string, number] => [fingerprint, count]));
    const end = rows.at(-1);
    if (end !== undefined) edge = { direction, value: end.value, fingerprint: end.fingerprint };
    more = page.more;
  }
  return found;
}

const SORTS: ErrorListSort[] = ["lastSeen", "firstSeen", "count"];
const RANGES: Record<string, [number, number]> = {
  "two hours": [1 / 12, 0],
  "two hours whose minutes are gone": [3 + 1 / 12, 3],
  "a day": [1, 0],
  "six days": [6, 0],
  "six days until half a day ago": [6.5, 0.5],
  "all days": [DAYS + 1, 0],
  "a day some days ago": [1.5, 0.5],
};
const FILTERS: Record<string, ErrorListFilters> = {
  nothing: {},
  "two tasks": { taskIdentifiers: ["task-1", "task-5"] },
  "a version": { versions: ["v1"] },
  "few by their text": { search: "RARE" },
  "few by a rare word after a common one": { search: "message RARE" },
  "few by a line of type and message": { search: "error: message rare" },
  "few by two letters": { search: "RA" },
  "few of some tasks by their text": {
    search: "rare",
    taskIdentifiers: ["task-1", "task-2", "task-3", "task-4", "task-5"],
  },
  "some by their text": { search: "OF SOME" },
  "some by two letters": { search: "OF" },
  "many by their text": { search: "plain", statuses: ["unresolved"] },
  "the resolved": { statuses: ["resolved"] },
};

/** Small pages end far above the last rank: what is beyond the first ranks is then looked for in all its ways. */
const SIZES: Record<ErrorListSort, number[]> = { lastSeen: [97], firstSeen: [97], count: [97, 11] };

test.each(
  SORTS.flatMap((sort) =>
    Object.keys(RANGES).flatMap((range) =>
      Object.keys(FILTERS).flatMap((filters) => SIZES[sort].map((size) => ({ sort, range, filters, size }))),
    ),
  ),
)("a list by $sort of $range and $filters is whole and in order in pages of $size, both ways", async (listCase) => {
  const { sort, range, filters, size } = listCase;
  const [since, until] = RANGES[range] ?? [1, 0];
  // What is told to the day, or by runs, at the end of a long range would need runs here.
  const isShort = since - until < 1;
  const unit = isShort ? (until > 0 ? "hour" : "minute") : since > 3 ? "day" : "hour";
  const from = floorTo(unit, now - since * UNIT_MS.day);
  const to = floorTo(isShort ? unit : "minute", now + 1 - until * UNIT_MS.day) - 1;
  const list: ErrorList = {
    environmentId: ENVIRONMENT,
    sort,
    filters: FILTERS[filters] ?? {},
    range: { from, to },
    asOf: now,
  };
  const expected = await naive(list);
  // Of the few that have a text, perhaps none failed in so short a time.
  if (!isShort) expect(expected.length).toBeGreaterThan(0);
  const forwards = await paged(list, "after", size);
  expect(forwards.map(([fingerprint]) => fingerprint)).toEqual(expected.map(([fingerprint]) => fingerprint));
  if (!list.filters.versions) expect(forwards).toEqual(expected);
  expect(await paged(list, "before", size)).toEqual(forwards.toReversed());
});

describe("two hours of thousands of groups", () => {
  const environmentId = "env_thousands";
  beforeAll(() => fillGroups(database.pool, { environmentId, groups: 5_000, days: 1 / 12, now: new Date(now) }));

  test.each<ErrorListFilters>([{}, { versions: ["v1"] }, { search: "PLAIN" }, { search: "of some" }, { search: "RA" }])(
    "are a list by count of %j that is whole and in order, both ways",
    async (filters) => {
      const range = { from: floorTo("minute", now - UNIT_MS.day / 12), to: now };
      const list: ErrorList = { environmentId, sort: "count", filters, range, asOf: now };
      const expected = await naive(list);
      expect(expected.length).toBeGreaterThan(50);
      const forwards = await paged(list, "after", 97);
      expect(forwards.map(([fingerprint]) => fingerprint)).toEqual(expected.map(([fingerprint]) => fingerprint));
      expect(await paged(list, "before", 97)).toEqual(forwards.toReversed());
    },
    60_000,
  );
});

describe("a text that none of the groups has which failed last", () => {
  const environmentId = "env_seldom";
  const SELDOM = `
    WITH oldest AS (
      SELECT fingerprint FROM error_group WHERE environment_id = $1 ORDER BY last_seen LIMIT 5),
    groups AS (
      UPDATE error_group SET error_message = 'message seldom' FROM oldest
      WHERE environment_id = $1 AND error_group.fingerprint = oldest.fingerprint)
    UPDATE error_search SET searched = 'error: message seldom' FROM oldest
    WHERE environment_id = $1 AND error_search.fingerprint = oldest.fingerprint`;
  beforeAll(async () => {
    await fillGroups(database.pool, { environmentId, groups: 600, days: DAYS, now: new Date(now) });
    await database.pool.query(SELDOM, [environmentId]);
  });

  test.each(
    SORTS.flatMap((sort) =>
      ([{}, { statuses: ["unresolved"] }] as ErrorListFilters[]).map((others) => ({ sort, others })),
    ),
  )("is found by $sort, with $others", async ({ sort, others }) => {
    const filters: ErrorListFilters = { search: "E SELDOM", ...others };
    const range = { from: floorTo("day", now - (DAYS + 1) * UNIT_MS.day), to: now };
    const list: ErrorList = { environmentId, sort, filters, range, asOf: now };
    expect((await termsOf(database.pool, environmentId, "E SELDOM")).areRare).toBe(true);
    const expected = await naive(list);
    expect(expected.length).toBeGreaterThan(3);
    expect(await paged(list, "after", 2)).toEqual(expected);
    expect(await paged(list, "before", 2)).toEqual(expected.toReversed());
    expect(await paged({ ...list, filters: { search: "E SELDON" } }, "after", 2)).toEqual([]);
  });
});
