import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rebuildCounts } from "./rebuild-counts.js";
import { type ErrorWorld, startErrorWorld } from "./test-world/error-world.js";
import { verifyCounts } from "./verify-counts.js";

let world: ErrorWorld;
beforeAll(async () => {
  world = await startErrorWorld();
});
afterAll(() => world?.stop());

const DAY_MS = 86_400_000;
const scopeOf = (environmentId: string) => ({ pool: world.pool, retentionDays: 90, environmentId });

/** Two groups, of which one failed today twice in one instant, ten days ago, and longer ago than buckets are kept. */
async function counted() {
  const environmentId = world.newEnvironment();
  const now = Date.now();
  for (const daysAgo of [0, 0, 10, 200]) {
    await world.fail({ environmentId, at: new Date(now - daysAgo * DAY_MS) });
  }
  await world.fail({ environmentId, error: { type: "STRING_ERROR", raw: "no" }, version: null });
  await world.one.drain(0);
  return environmentId;
}

const TABLES = ["error_group", "error_bucket_minute", "error_bucket_hour", "error_bucket_day", "error_group_day"];

const everything = (environmentId: string) =>
  Promise.all(
    TABLES.map((table) =>
      world.read(`SELECT * FROM ${table} WHERE environment_id = $1 ORDER BY 1, 2, 3, 4`, environmentId),
    ),
  );

it("agrees with the runs as long as nobody touches the counters", async () => {
  const environmentId = await counted();
  expect(await verifyCounts(scopeOf(environmentId))).toEqual({
    agrees: true,
    groups: 2,
    ungroupedRuns: 0,
    waiting: 0,
    differences: [],
    more: false,
  });
});

it("does not take what is waiting to be counted for a difference", async () => {
  const environmentId = await counted();
  await world.fail({ environmentId });
  expect(await verifyCounts(scopeOf(environmentId))).toMatchObject({ agrees: true, waiting: 1 });
  await world.one.drain(0);
  expect(await verifyCounts(scopeOf(environmentId))).toMatchObject({ agrees: true, waiting: 0 });
});

describe.each([
  ["a group's count", "UPDATE error_group SET count = count + 1 WHERE environment_id = $1 AND count = 4", "group"],
  ["when a group was last seen", "UPDATE error_group SET last_seen = now() WHERE environment_id = $1", "group"],
  ["a lost group", "DELETE FROM error_group WHERE environment_id = $1 AND count = 4", "group"],
  ["a minute", "UPDATE error_bucket_minute SET count = 9 WHERE environment_id = $1", "minute"],
  ["lost hours", "DELETE FROM error_bucket_hour WHERE environment_id = $1", "hour"],
  ["a day of all versions", "UPDATE error_group_day SET count = count + 1 WHERE environment_id = $1", "day"],
  ["a day of a wrong version", "UPDATE error_bucket_day SET version = 'x' WHERE environment_id = $1", "day"],
] as const)("%s", (_what, damage, where) => {
  it("is named, and restored from the runs", async () => {
    const environmentId = await counted();
    const before = await everything(environmentId);
    await world.pool.query(damage, [environmentId]);
    const { agrees, differences } = await verifyCounts(scopeOf(environmentId));
    expect(agrees).toBe(false);
    for (const difference of differences) {
      expect(difference).toMatchObject({
        environmentId,
        where,
        errorId: expect.stringMatching(/^error_1[0-9a-f]{31}$/),
      });
    }
    expect(await rebuildCounts(scopeOf(environmentId))).toEqual({ groups: 2, groupedRuns: 0 });
    expect(await verifyCounts(scopeOf(environmentId))).toMatchObject({ agrees: true });
    expect(await everything(environmentId)).toEqual(before);
  });
});

it("groups the failed runs of before there were groups", async () => {
  const environmentId = await counted();
  const before = await everything(environmentId);
  await world.pool.query("UPDATE run SET error_fingerprint = NULL WHERE environment_id = $1", [environmentId]);
  for (const table of TABLES) {
    await world.pool.query(`DELETE FROM ${table} WHERE environment_id = $1`, [environmentId]);
  }
  expect(await verifyCounts(scopeOf(environmentId))).toMatchObject({ agrees: false, ungroupedRuns: 5 });
  expect(await rebuildCounts(scopeOf(environmentId))).toEqual({ groups: 2, groupedRuns: 5 });
  expect(await everything(environmentId)).toEqual(before);
});

it("can be done while failures go on being counted by two processes", async () => {
  const environmentId = world.newEnvironment();
  let going = true;
  const failing = [world.one, world.other].map(async (store) => {
    while (going) {
      await world.fail({ environmentId });
      await store.catchUp(environmentId);
    }
  });
  for (let turn = 0; turn < 20; turn += 1) await rebuildCounts(scopeOf(environmentId));
  going = false;
  await Promise.all(failing);
  expect(await verifyCounts(scopeOf(environmentId))).toMatchObject({ agrees: true, waiting: 0 });
});

describe("retention", () => {
  const partitions = () =>
    world.read<{ name: string }>(
      `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       WHERE i.inhparent::regclass::text LIKE 'error_bucket_%' AND c.relkind = 'r' ORDER BY 1`,
    );
  const nameOf = (kind: string, at: number) =>
    `error_bucket_${kind}_p${new Date(at).toISOString().slice(0, 10).replaceAll("-", "")}`;

  it("drops whole partitions, and keeps those that are to come", async () => {
    await world.pool.query("SELECT ensure_error_partitions(now() - interval '120 days', now())");
    expect(await partitions()).toContainEqual({ name: nameOf("minute", Date.now() - 5 * DAY_MS) });
    await world.one.keepPartitions();
    const names = (await partitions()).map(({ name }) => name);
    expect(names.filter((name) => name.includes("_minute_"))).toHaveLength(3 + 1 + 7);
    for (const days of [-3, 0, 7]) expect(names).toContain(nameOf("minute", Date.now() + days * DAY_MS));
    const weeks = names.filter((name) => name.includes("_hour_"));
    expect(weeks.length).toBeGreaterThanOrEqual(14);
    expect(weeks.length).toBeLessThanOrEqual(15);
    expect(names.filter((name) => name.includes("_day_"))).toHaveLength(weeks.length);
  });

  it("is no reason to miss an occurrence: partitions are made where a failure needs one, and an old one is counted in its group", async () => {
    const environmentId = world.newEnvironment();
    await world.pool.query(`DROP TABLE ${nameOf("minute", Date.now())}`);
    await world.fail({ environmentId });
    await world.one.catchUp(environmentId);
    const old = await world.fail({ environmentId, at: new Date(Date.now() - 400 * DAY_MS) });
    await world.one.catchUp(environmentId);
    expect(await world.group(environmentId)).toMatchObject({ count: 2, first_seen: old.at });
    expect(await verifyCounts(scopeOf(environmentId))).toMatchObject({ agrees: true });
    await world.pool.query(`DROP TABLE ${nameOf("minute", Date.now())}`);
    await world.fail({ environmentId });
    await world.one.catchUp(environmentId);
    expect(await world.group(environmentId)).toMatchObject({ count: 3 });
    await rebuildCounts(scopeOf(environmentId));
    expect(await verifyCounts(scopeOf(environmentId))).toMatchObject({ agrees: true });
  });
});
