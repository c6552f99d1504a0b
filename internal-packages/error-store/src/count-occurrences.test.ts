import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ErrorWorld, startErrorWorld, TIMEOUT } from "./test-world/error-world.js";

let world: ErrorWorld;
beforeAll(async () => {
  world = await startErrorWorld();
});
afterAll(() => world?.stop());

const OTHER = { type: "STRING_ERROR", raw: "no such account" } as const;

const sums = (environmentId: string) =>
  world.read(
    `SELECT (SELECT count(*)::int FROM error_outbox WHERE environment_id = $1) AS waiting,
       (SELECT sum(count)::int FROM error_group WHERE environment_id = $1) AS groups,
       (SELECT sum(count)::int FROM error_bucket_minute WHERE environment_id = $1) AS minutes,
       (SELECT sum(count)::int FROM error_bucket_hour WHERE environment_id = $1) AS hours,
       (SELECT sum(count)::int FROM error_bucket_day WHERE environment_id = $1) AS days`,
    environmentId,
  );
const all = (count: number) => [{ waiting: 0, groups: count, minutes: count, hours: count, days: count }];

describe("a failure", () => {
  it("makes its group, which says what it is and why it grouped", async () => {
    const environmentId = world.newEnvironment();
    const failure = await world.fail({ environmentId });
    await world.one.catchUp(environmentId);
    expect(await world.group(environmentId)).toMatchObject({
      fingerprint: failure.fingerprint,
      task_identifier: "pay",
      error_type: "TimeoutError",
      error_message: "The bank did not answer",
      grouped_by: { tier: "frames", frames: ["charge:charge"] },
      count: 1,
      magnitude: 1,
      status: "unresolved",
      first_seen: failure.at,
      last_seen: failure.at,
      sample_run_id: failure.runId,
      sample_stack_trace: expect.stringContaining("at charge"),
      sample_version: "20261122.1",
      sample_at: failure.at,
    });
    expect(await sums(environmentId)).toEqual(all(1));
    expect(await world.activity(environmentId)).toEqual([]);
  });

  it("counts once, however often it is asked for", async () => {
    const environmentId = world.newEnvironment();
    await world.fail({ environmentId });
    await Promise.all([1, 2, 3].flatMap(() => [world.one.catchUp(environmentId), world.other.catchUp(environmentId)]));
    expect(await sums(environmentId)).toEqual(all(1));
  });

  it("is counted by another process when its own did not", async () => {
    const environmentId = world.newEnvironment();
    await world.fail({ environmentId });
    await world.fail({ environmentId, error: OTHER });
    expect(await world.other.drain(60_000)).toBe(0);
    expect(await world.other.drain(0)).toBe(2);
    expect(await sums(environmentId)).toEqual(all(2));
  });

  it("belongs to its minute, hour, day and version", async () => {
    const environmentId = world.newEnvironment();
    const start = new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000 - 86_400_000);
    const times = [0, 59_999, 60_000, 3_600_000].map((after) => new Date(start.getTime() + after));
    for (const at of times) await world.fail({ environmentId, at });
    await world.fail({ environmentId, at: start, version: null });
    await world.one.drain(0);
    const buckets = async (table: string) =>
      (
        await world.read<{ at: Date; version: string; count: number }>(
          `SELECT bucket_at AS at, version, count FROM ${table} WHERE environment_id = $1 ORDER BY bucket_at, version`,
          environmentId,
        )
      ).map(({ at, version, count }) => [(at.getTime() - start.getTime()) / 60_000, version, count]);
    expect(await buckets("error_bucket_minute")).toEqual([
      [0, "", 1],
      [0, "20261122.1", 2],
      [1, "20261122.1", 1],
      [60, "20261122.1", 1],
    ]);
    expect(await buckets("error_bucket_hour")).toEqual([
      [0, "", 1],
      [0, "20261122.1", 3],
      [60, "20261122.1", 1],
    ]);
    expect(await buckets("error_bucket_day")).toEqual([
      [0, "", 1],
      [0, "20261122.1", 4],
    ]);
    expect(await world.group(environmentId)).toMatchObject({
      count: 5,
      magnitude: 3,
      first_seen: start,
      last_seen: times[3],
    });
  });

  it("of another environment or another cause is another group", async () => {
    const environments = [world.newEnvironment(), world.newEnvironment()];
    for (const environmentId of environments) {
      await world.fail({ environmentId });
      await world.fail({ environmentId, error: OTHER });
    }
    await world.one.drain(0);
    const groups = await world.read<{ fingerprint: string }>(
      "SELECT fingerprint FROM error_group WHERE environment_id = ANY($1)",
      environments,
    );
    expect(new Set(groups.map(({ fingerprint }) => fingerprint)).size).toBe(4);
  });

  it("refreshes the sample with a newer version, and not for every occurrence", async () => {
    const environmentId = world.newEnvironment();
    const since = Date.now() - 600_000;
    const failAfter = async (seconds: number, version: string) => {
      const failure = await world.fail({ environmentId, version, at: new Date(since + seconds * 1000) });
      await world.one.catchUp(environmentId);
      return failure.runId;
    };
    const first = await failAfter(0, "20261122.1");
    await failAfter(70, "20261122.1");
    expect(await world.group(environmentId)).toMatchObject({ sample_run_id: first });
    const newer = await failAfter(80, "20261122.2");
    await failAfter(90, "20261122.1");
    expect(await world.group(environmentId)).toMatchObject({ sample_run_id: newer, sample_version: "20261122.2" });
  });
});

it("counts hundreds of many groups exactly once while readers of two processes wait for it and both drain", async () => {
  const environmentId = world.newEnvironment();
  await Promise.all(
    Array.from({ length: 400 }, (_, index) =>
      world.fail({ environmentId, error: { ...TIMEOUT, message: `Bank ${"abcdefghij"[index % 10]} is closed` } }),
    ),
  );
  await Promise.all([
    ...Array.from({ length: 20 }, (_, index) => (index % 3 === 0 ? world.one : world.other).catchUp(environmentId)),
    world.one.drain(0),
    world.other.drain(0),
  ]);
  await Promise.all([world.one.drain(0), world.other.drain(0)]);
  expect(await sums(environmentId)).toEqual(all(400));
  expect(
    await world.read("SELECT DISTINCT count::int FROM error_group WHERE environment_id = $1", environmentId),
  ).toEqual([{ count: 40 }]);
  expect(world.problems).toEqual([]);
});

it("holds up nobody with an occurrence whose run is gone", async () => {
  const environmentId = world.newEnvironment();
  const gone = await world.fail({ environmentId });
  await world.pool.query("DELETE FROM run WHERE id = $1", [gone.runId]);
  await world.fail({ environmentId, error: OTHER });
  expect(await world.one.drain(0)).toBe(2);
  expect(await sums(environmentId)).toEqual(all(1));
});

it("stores what an attacker writes, bounded and without what PostgreSQL or a terminal would choke on", async () => {
  const environmentId = world.newEnvironment();
  const message = `<script>alert(1)</script>\u001b[2J\ufffd ${"x".repeat(1_000_000)} the end`;
  await world.fail({
    environmentId,
    error: { ...TIMEOUT, name: "E".repeat(5000), message, stackTrace: `${message}\n    at f (a.js:1:1)` },
  });
  await world.one.catchUp(environmentId);
  const group = await world.group(environmentId);
  expect(String(group["error_message"]).length).toBeLessThanOrEqual(2048);
  expect(group["error_message"]).toMatch(/^<script>alert\(1\)<\/script>\ufffd\[2J.*the end$/s);
  expect(String(group["error_type"]).length).toBeLessThanOrEqual(128);
  expect(String(group["sample_stack_trace"]).length).toBeLessThanOrEqual(16_384);
  expect(world.problems).toEqual([]);
});

describe("what waits to be counted", () => {
  it("is counted soon, when nobody asks, and at the latest when the process ends", async () => {
    const environmentId = world.newEnvironment();
    await world.fail({ environmentId });
    world.one.countSoon();
    await expect.poll(() => sums(environmentId), { timeout: 5000 }).toEqual(all(1));
    await world.fail({ environmentId });
    world.one.countSoon();
    await world.one.close();
    expect(await sums(environmentId)).toEqual(all(2));
  });

  it("is waited for while another process counts it, and nothing else is", async () => {
    const [environmentId, elsewhere] = [world.newEnvironment(), world.newEnvironment()];
    const { runId } = await world.fail({ environmentId });
    const busy = await world.pool.connect();
    try {
      await busy.query("BEGIN");
      await busy.query("SELECT FROM error_outbox WHERE run_id = $1 FOR UPDATE", [runId]);
      let isCaughtUp = false;
      const catchingUp = world.other.catchUp(environmentId).then(() => (isCaughtUp = true));
      await world.other.catchUp(elsewhere);
      await world.fail({ environmentId: elsewhere });
      await world.one.catchUp(elsewhere);
      expect(await sums(elsewhere)).toEqual(all(1));
      expect(isCaughtUp).toBe(false);
      await busy.query("COMMIT");
      await catchingUp;
      expect(await sums(environmentId)).toEqual(all(1));
    } finally {
      busy.release();
    }
  });

  it("holds up no reader for longer than a second", async () => {
    const environmentId = world.newEnvironment();
    const { runId } = await world.fail({ environmentId });
    const busy = await world.pool.connect();
    try {
      await busy.query("BEGIN");
      await busy.query("SELECT FROM error_outbox WHERE run_id = $1 FOR UPDATE", [runId]);
      const startedAt = performance.now();
      await world.other.catchUp(environmentId);
      expect(performance.now() - startedAt).toBeGreaterThan(900);
      await busy.query("COMMIT");
    } finally {
      busy.release();
    }
    await world.other.catchUp(environmentId);
    expect(await sums(environmentId)).toEqual(all(1));
  });
});
