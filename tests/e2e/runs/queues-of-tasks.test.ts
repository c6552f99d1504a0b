import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startWorld, type World } from "../support/world.js";

let world: World;
let dev: string;

beforeAll(async () => {
  world = await startWorld();
  dev = world.owner.environments.dev.apiKey;
});
afterAll(() => world?.stop());

const register = (contentHash: string, name: string) =>
  world.ok<{ id: string; version: string }>("POST", `/api/v1/projects/${world.owner.ref}/background-workers`, {
    as: dev,
    body: {
      metadata: { contentHash, tasks: [{ id: "sends-mail", filePath: "a.ts", queue: { name, concurrencyLimit: 1 } }] },
    },
  });
const trigger = async (options = {}) =>
  (await world.ok<{ id: string }>("POST", "/api/v1/tasks/sends-mail/trigger", { as: dev, body: { options } })).id;
const inQueue = async (name: string) => {
  const path = `/api/v1/runs?filter[queue]=${encodeURIComponent(name)}`;
  return (await world.ok<{ data: { id: string }[] }>("GET", path, { as: dev })).data.map(({ id }) => id);
};
const dequeue = async (currentWorker: string) => {
  type Dequeued = { dequeuedMessages: { run: { id: string } }[] };
  const { dequeuedMessages } = await world.ok<Dequeued>("POST", "/engine/v1/dev/dequeue", {
    as: dev,
    body: { currentWorker, oldWorkers: [] },
  });
  return dequeuedMessages.map(({ run }) => run.id);
};

describe("a run whose trigger names no queue", () => {
  it("is in the one that its task declares, and keeps to its limit", async () => {
    const early = await trigger();
    expect(await inQueue("task/sends-mail")).toEqual([early]);
    await world.ok("POST", `/api/v2/runs/${early}/cancel`, { as: dev });

    const old = await register("1", "mail");
    const [first, second] = [await trigger(), await trigger()];
    expect(await inQueue("mail")).toEqual([second, first]);
    expect(await dequeue(old.id)).toEqual([first]);
    expect(await dequeue(old.id)).toEqual([]);
    await world.ok("POST", `/api/v2/runs/${first}/cancel`, { as: dev });
    expect(await dequeue(old.id)).toEqual([second]);

    await register("2", "post");
    const [current, locked] = [await trigger(), await trigger({ lockToVersion: old.version })];
    expect(await inQueue("post")).toEqual([current]);
    expect(await inQueue("mail")).toContain(locked);
    const named = await trigger({ queue: { name: "of-its-own" } });
    expect(await inQueue("of-its-own")).toEqual([named]);
  });

  it("is there as well when it is triggered in a batch", async () => {
    await register("1", "mail");
    const { id } = await world.ok<{ id: string }>("POST", "/api/v3/batches", { as: dev, body: { runCount: 1 } });
    await world.app.api("POST", `/api/v3/batches/${id}/items`, {
      as: dev,
      raw: JSON.stringify({ index: 0, task: "sends-mail" }),
      headers: { "content-type": "application/x-ndjson" },
    });
    const { runs } = await world.ok<{ runs: string[] }>("GET", `/api/v2/batches/${id}`, { as: dev });
    expect(await inQueue("mail")).toContain(runs[0]);
  });
});
