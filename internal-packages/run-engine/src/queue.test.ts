import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cancelRun } from "./cancel-run.js";
import { dequeue } from "./dequeue.js";
import { startEngineWorld } from "./test-world/engine-world.js";

let world: Awaited<ReturnType<typeof startEngineWorld>>;
beforeAll(async () => {
  world = await startEngineWorld();
});
afterAll(() => world?.stop());

const idsOf = (runs: readonly { runId: string }[]) => runs.map(({ runId }) => runId);
const seconds = (count: number) => new Date(Date.now() + count * 1000);

describe("the queue", () => {
  it("hands runs out in the order in which they were triggered, each once", async () => {
    const env = await world.newEnvironment();
    const made = [await env.trigger(), await env.trigger(), await env.trigger()];
    expect(idsOf([...(await env.take()), ...(await env.take()), ...(await env.take())])).toEqual(made);
    expect(await env.take()).toEqual([]);
    expect(await env.read(made[0] ?? "")).toMatchObject({ status: "DEQUEUED", place: "RUNNING" });
  });

  it("lets a higher priority go first", async () => {
    const env = await world.newEnvironment();
    const late = await env.trigger("a");
    const first = await env.trigger("a", { priority: 10 });
    expect(idsOf(await env.take(2))).toEqual([first, late]);
  });

  it("takes turns between queues, however full one of them is", async () => {
    const env = await world.newEnvironment();
    for (let turn = 0; turn < 5; turn++) await env.trigger("a");
    const b = await env.trigger("b");
    const c = await env.trigger("c");
    const [first, second, third] = [await env.take(), await env.take(), await env.take()];
    expect(new Set(idsOf([...first, ...second, ...third])).size).toBe(3);
    expect(idsOf([...first, ...second, ...third])).toEqual(expect.arrayContaining([b, c]));
    expect(await env.take(10)).toHaveLength(4);
  });

  it("keeps to a queue's limit, and to it for each concurrency key", async () => {
    const env = await world.newEnvironment();
    await env.register([{ name: "task/a", concurrencyLimit: 1 }]);
    const [one, two] = [await env.trigger(), await env.trigger()];
    const [ofKey] = [await env.trigger("a", { concurrencyKey: "x" }), await env.trigger("a", { concurrencyKey: "x" })];
    expect(idsOf(await env.take(10)).sort()).toEqual([one, ofKey].sort());
    expect(await env.take(10)).toEqual([]);
    await cancelRun(world.engine, { environmentId: env.id, runId: one }, "for room");
    expect(idsOf(await env.take(10))).toEqual([two]);
  });

  it("keeps to the environment's limit while many dequeue at once, and hands no run out twice", async () => {
    const env = await world.newEnvironment();
    for (let turn = 0; turn < 40; turn++) await env.trigger(["a", "b", "c"][turn % 3]);
    // Each as a process of its own.
    const engines = Array.from({ length: 5 }, () => world.newEngine({ environmentConcurrency: 25 }));
    const taken = await Promise.all(
      [...engines, ...engines, ...engines, ...engines].map((engine) =>
        dequeue(engine, { environmentId: env.id, workerId: env.worker.id, most: 3 }).then((d) => d?.runs ?? []),
      ),
    );
    const ids = idsOf(taken.flat());
    expect(ids).toHaveLength(25);
    expect(new Set(ids).size).toBe(25);
  });

  it("does not wait for a run that somebody else is changing", async () => {
    const env = await world.newEnvironment();
    const [held, free] = [await env.trigger(), await env.trigger()];
    const client = await world.pool.connect();
    try {
      await client.query("BEGIN");
      await client.query("SELECT 1 FROM run WHERE id = $1 FOR UPDATE", [held]);
      expect(idsOf(await env.take(2))).toEqual([free]);
    } finally {
      await client.query("ROLLBACK");
      client.release();
    }
    expect(idsOf(await env.take(2))).toEqual([held]);
  });

  it("holds back what is delayed, expired, of a task that the worker has not, or locked to another version", async () => {
    const env = await world.newEnvironment();
    await env.trigger("a", { delayUntil: seconds(60) });
    await env.trigger("a", { expiresAt: seconds(-1) });
    await env.trigger("unknown");
    await env.trigger("a", { lockedVersion: "20200101.1" });
    const own = await env.trigger("a", { lockedVersion: env.worker.version });
    expect(idsOf(await env.take(10))).toEqual([own]);
  });

  it("knows no worker, and hands out no run, of another environment", async () => {
    const [mine, theirs] = [await world.newEnvironment(), await world.newEnvironment()];
    await mine.trigger();
    expect(await dequeue(world.engine, { environmentId: mine.id, workerId: theirs.worker.id, most: 1 })).toBeNull();
    expect(await theirs.take()).toEqual([]);
  });

  it("hands out nothing of a paused queue", async () => {
    const env = await world.newEnvironment();
    await env.trigger();
    await world.pool.query("INSERT INTO task_queue (environment_id, name, paused_at) VALUES ($1, 'task/a', now())", [
      env.id,
    ]);
    expect(await env.take()).toEqual([]);
  });
});

describe("a registration", () => {
  it("is the same version for the same content, and else the day's next", async () => {
    const env = await world.newEnvironment();
    expect(env.worker.version).toMatch(/^\d{8}\.1$/);
    expect(await env.register()).toEqual(env.worker);
    const next = await env.register([], "2");
    expect(next.version).toBe(env.worker.version.replace(/1$/, "2"));
  });
});
