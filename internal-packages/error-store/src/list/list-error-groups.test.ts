import { startTestDatabase, type TestDatabase } from "@trigger.dev/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ErrorList, ErrorListFilters, ErrorListSort } from "./error-list.js";
import { listErrorGroups } from "./list-error-groups.js";
import { floorTo, UNIT_MS } from "./range.js";

const ENVIRONMENT = "env_lists";
const GROUPS = 250;
/** Whole minutes at both ends: what is counted there are buckets, of which these groups have no runs. */
const now = floorTo("minute", Date.now()) - 1;
const DAYS = 12;

let database: TestDatabase;

/** Groups of very different sizes, each over some stretch of the last days. */
const FILL = `
  WITH g AS (SELECT no, 'f' || lpad(no::text, 6, '0') AS fingerprint, 'task-' || no % 7 AS task, random() * ${DAYS} AS age
    FROM generate_series(1, ${GROUPS}) no),
  o AS MATERIALIZED (SELECT g.*, $2::timestamptz - interval '2 minutes' - age * random() * interval '1 day' AS at,
      CASE WHEN no % 3 = 0 THEN 'v1' ELSE 'v2' END AS version
    FROM g CROSS JOIN LATERAL generate_series(1, 1 + 800 / no)),
  groups AS (INSERT INTO error_group (environment_id, fingerprint, task_identifier, error_type, error_message, grouped_by,
      count, magnitude, first_seen, last_seen, last_seen_minute, sample_run_id, sample_at, status)
    SELECT $1, fingerprint, task, 'Error', 'message ' || CASE WHEN no % 50 = 0 THEN 'rare' ELSE 'plain' END, '{}', count(*),
      error_magnitude(count(*)), min(at), max(at), date_trunc('minute', max(at)), 'run', max(at),
      CASE WHEN no % 20 = 0 THEN 'resolved' ELSE 'unresolved' END::error_status
    FROM o GROUP BY fingerprint, task, no RETURNING fingerprint),
  minutes AS (INSERT INTO error_bucket_minute SELECT $1, fingerprint, date_trunc('minute', at), version, count(*) FROM o
    GROUP BY 2, 3, 4),
  hours AS (INSERT INTO error_bucket_hour SELECT $1, fingerprint, date_trunc('hour', at), version, count(*) FROM o
    GROUP BY 2, 3, 4),
  days AS (INSERT INTO error_bucket_day SELECT $1, fingerprint, date_trunc('day', at, 'UTC'), version, count(*) FROM o
    GROUP BY 2, 3, 4)
  INSERT INTO error_group_day SELECT $1, fingerprint, date_trunc('day', at, 'UTC'), task, count(*), error_magnitude(count(*))
  FROM o GROUP BY 2, 3, 4`;

beforeAll(async () => {
  database = await startTestDatabase();
  await database.pool.query(`SELECT ensure_error_partitions(now() - interval '${DAYS + 2} days', now())`);
  await database.pool.query(FILL, [ENVIRONMENT, new Date(now)]);
});
afterAll(() => database?.stop());

/** The same list, of everything, added up minute by minute. */
async function naive(list: ErrorList): Promise<[string, number][]> {
  const { taskIdentifiers, versions, statuses, search } = list.filters;
  const { rows } = await database.pool.query<{ fingerprint: string; count: number; first: Date; last: Date }>(
    `SELECT g.fingerprint, sum(b.count)::float8 AS count, g.first_seen AS first, g.last_seen AS last
     FROM error_group g JOIN error_bucket_minute b USING (environment_id, fingerprint)
     WHERE b.bucket_at >= $1 AND b.bucket_at <= $2 AND ($3::text[] IS NULL OR task_identifier = ANY($3))
       AND ($4::text[] IS NULL OR b.version = ANY($4)) AND ($5::error_status[] IS NULL OR status = ANY($5))
       AND ($6::text IS NULL OR error_message ILIKE '%' || $6 || '%')
     GROUP BY g.environment_id, g.fingerprint`,
    [new Date(list.range.from), new Date(list.range.to), taskIdentifiers, versions, statuses, search],
  );
  const value = (row: (typeof rows)[number]) =>
    list.sort === "count" ? row.count : (list.sort === "lastSeen" ? row.last : row.first).getTime();
  const ordered = rows.toSorted(
    (one, other) => value(other) - value(one) || (one.fingerprint < other.fingerprint ? 1 : -1),
  );
  return ordered.map(({ fingerprint, count }) => [fingerprint, count]);
}

async function paged(list: ErrorList, direction: "after" | "before"): Promise<[string, number][]> {
  const found: [string, number][] = [];
  const last = { direction, value: direction === "after" ? Number.MAX_SAFE_INTEGER : -1, fingerprint: "" };
  for (let edge = last, more = true; more;) {
    const page = await listErrorGroups(database.pool, list, {
      size: 97,
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
  "a day": [1, 0],
  "six days": [6, 0],
  "all days": [DAYS + 1, 0],
  "a day some days ago": [1.5, 0.5],
};
const FILTERS: Record<string, ErrorListFilters> = {
  nothing: {},
  "two tasks": { taskIdentifiers: ["task-1", "task-5"] },
  "a version": { versions: ["v1"] },
  "few by their text": { search: "RARE" },
  "many by their text": { search: "plain", statuses: ["unresolved"] },
  "the resolved": { statuses: ["resolved"] },
};

test.each(
  SORTS.flatMap((sort) =>
    Object.keys(RANGES).flatMap((range) => Object.keys(FILTERS).map((filters) => ({ sort, range, filters }))),
  ),
)("a list by $sort of $range and $filters is whole and in order, both ways", async ({ sort, range, filters }) => {
  const [since, until] = RANGES[range] ?? [1, 0];
  // What is told to the day, or by runs, at the end of a long range would need runs here.
  const from = floorTo(since > 3 ? "day" : "hour", now - since * UNIT_MS.day);
  const to = floorTo("minute", now + 1 - until * UNIT_MS.day) - 1;
  const list: ErrorList = {
    environmentId: ENVIRONMENT,
    sort,
    filters: FILTERS[filters] ?? {},
    range: { from, to },
    asOf: now,
  };
  const expected = await naive(list);
  expect(expected.length).toBeGreaterThan(0);
  const forwards = await paged(list, "after");
  expect(forwards.map(([fingerprint]) => fingerprint)).toEqual(expected.map(([fingerprint]) => fingerprint));
  if (!list.filters.versions) expect(forwards).toEqual(expected);
  expect(await paged(list, "before")).toEqual(forwards.toReversed());
});
