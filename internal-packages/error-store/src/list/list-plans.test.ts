import { startTestDatabase, type TestDatabase } from "@trigger.dev/testing";
import type { QueryConfig } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fillGroups } from "../test-world/fill-groups.js";
import type { ErrorList, ErrorListFilters, ErrorListSort } from "./error-list.js";
import { listErrorGroups } from "./list-error-groups.js";
import { floorTo, UNIT_MS } from "./range.js";

const ENVIRONMENT = "env_plans";
/** The last noon: a day that has just begun is a page, which is read whole. */
const now = floorTo("day", Date.now() - UNIT_MS.day / 2) + UNIT_MS.day / 2;

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
  await fillGroups(database.pool, { environmentId: ENVIRONMENT, groups: 20_000, days: 12, now: new Date(now) });
  await database.pool.query("ANALYZE");
});
afterAll(() => database?.stop());

/** The plans of all statements that a page is read by. */
async function plansOf(list: ErrorList): Promise<string> {
  const { pool } = database;
  const plans: string[] = [];
  const explaining = {
    query: async (asked: string | QueryConfig, parameters?: unknown[]) => {
      const { text, values } = typeof asked === "string" ? { text: asked, values: parameters } : asked;
      const { rows } = await pool.query<Record<"QUERY PLAN", string>>(`EXPLAIN ${text}`, values);
      plans.push(...rows.map((row) => row["QUERY PLAN"]));
      return pool.query(text, values);
    },
  };
  await listErrorGroups(Object.assign(Object.create(pool), explaining), list, { size: 25 });
  return plans.join("\n");
}

const BY_DAY = /error_group_day_p\d+_environment_id_bucket_at_magnitud_idx/;
const BY_TASK_AND_DAY = /error_group_day_p\d+_environment_id_bucket_at_task_ide_idx/;

describe("a page of errors", () => {
  it.each<[ErrorListSort, ErrorListFilters, days: number, index: RegExp]>([
    ["lastSeen", {}, 1, /error_group_environment_id_last_seen_minute_idx/],
    ["lastSeen", { taskIdentifiers: ["task-1"] }, 1, /error_group_environment_id_task_identifier_last_seen_minute_idx/],
    ["lastSeen", { statuses: ["resolved"] }, 1, /error_group_environment_id_status_last_seen_minute_idx/],
    ["lastSeen", { search: "message nowhere" }, 1, /error_search_terms_idx/],
    ["lastSeen", { search: "zq" }, 1, /error_search_terms_idx/],
    ["lastSeen", { versions: ["v1"] }, 1, /error_bucket_hour_p\d+_pkey/],
    ["lastSeen", { versions: ["v1"] }, 10, /error_bucket_day_p\d+_pkey/],
    ["lastSeen", { versions: ["v1"] }, 1, /error_bucket_day_p\d+_environment_id_bucket_at_version_idx/],
    ["firstSeen", {}, 1, /error_group_environment_id_first_seen_fingerprint_idx/],
    ["firstSeen", { taskIdentifiers: ["task-1"] }, 1, /error_group_environment_id_task_identifier_first_seen_idx/],
    ["count", {}, 1, BY_DAY],
    ["count", { taskIdentifiers: ["task-1"] }, 1, BY_TASK_AND_DAY],
    ["count", { statuses: ["resolved"] }, 1, BY_DAY],
    ["count", {}, 10, /error_group_environment_id_magnitude_idx/],
    ["count", { taskIdentifiers: ["task-1"] }, 10, /error_group_environment_id_task_identifier_magnitude_idx/],
    ["count", { statuses: ["ignored"] }, 5, /error_group_settled_ranks_idx/],
    ["count", { statuses: ["ignored", "resolved"] }, 10, /error_group_settled_ranks_idx/],
  ])("by %s of %j over %i days reads no table whole, but %s", async (sort, filters, days, index) => {
    const range = { from: now - days * UNIT_MS.day, to: now };
    const plans = await plansOf({ environmentId: ENVIRONMENT, sort, filters, range, asOf: now });
    expect(plans).toMatch(index);
    expect(plans.match(/Seq Scan on error_.*/g) ?? []).toEqual([]);
  });

  it("of an hour in which nothing failed does not look for all that have a common text", async () => {
    const asOf = now + 2 * UNIT_MS.hour;
    const range = { from: asOf - UNIT_MS.hour, to: asOf };
    const plans = await plansOf({
      environmentId: ENVIRONMENT,
      sort: "lastSeen",
      filters: { search: "message" },
      range,
      asOf,
    });
    expect(plans).toMatch(/error_group_environment_id_last_seen_minute_idx/);
    expect(plans).not.toMatch(/error_search/);
  });
});
