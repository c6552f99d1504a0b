import { startApp, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PublishedSdk, publishedSdk, type SdkAs } from "./src/published-sdk.js";

type Queue = { id: string; name: string; type: string; paused: boolean };

let app: TestApp;
let sdk: PublishedSdk;
let dev: SdkAs;

beforeAll(async () => {
  app = await startApp();
  sdk = await publishedSdk(app.origin);
  dev = sdk.as(app.bootstrap.environments.dev.apiKey);
  await dev.call("tasks.trigger", "hello", {});
  for (const queue of ["my/queue", "slow", "slow"]) await dev.call("tasks.trigger", "hello", {}, { queue });
});

afterAll(async () => {
  await sdk.stop();
  await app.stop();
});

describe("queues of the published SDK", () => {
  test("are listed page by page", async () => {
    const [first, second] = await Promise.all(
      [1, 2].map((page) => dev.turn<Queue>([], "queues.list", { page, perPage: 2 })),
    );
    expect(first?.pages).toMatchObject([
      [
        { name: "my/queue", type: "custom", queued: 1 },
        { name: "slow", queued: 2 },
      ],
    ]);
    expect(second?.pages).toMatchObject([[{ name: "hello", type: "task", running: 0, concurrencyLimit: null }]]);
  });

  test("are read by id, by task and by name", async () => {
    const slow = await dev.call<Queue>("queues.retrieve", { type: "custom", name: "my/queue" });
    expect(slow).toMatchObject({ name: "my/queue", type: "custom", queued: 1, paused: false });
    expect(await dev.call("queues.retrieve", slow.id)).toEqual(slow);
    expect(await dev.call("queues.retrieve", { type: "task", name: "hello" })).toMatchObject({ type: "task" });
    for (const missing of ["queue_none", { type: "task", name: "slow" }, { type: "custom", name: "hello" }])
      await expect(dev.call("queues.retrieve", missing)).rejects.toMatchObject({ status: 404 });
    const prod = sdk.as(app.bootstrap.environments.prod.apiKey);
    await expect(prod.call("queues.pause", slow.id)).rejects.toMatchObject({ status: 404 });
  });

  test("are paused and resumed", async () => {
    const slow = { type: "custom", name: "slow" };
    expect(await dev.call("queues.pause", slow)).toMatchObject({ name: "slow", paused: true, queued: 2 });
    expect(await dev.call("queues.pause", slow)).toMatchObject({ paused: true });
    expect(await dev.call("queues.retrieve", { type: "custom", name: "my/queue" })).toMatchObject({ paused: false });
    expect(await dev.call("queues.resume", slow)).toMatchObject({ paused: false });
  });

  test("are given another limit, and theirs again", async () => {
    const slow = { type: "custom", name: "slow" };
    const overridden = await dev.call("queues.overrideConcurrencyLimit", slow, 3);
    expect(overridden).toMatchObject({ name: "slow", concurrencyLimit: 3 });
    await dev.call("queues.overrideConcurrencyLimit", slow, 4);
    expect(await dev.call("queues.retrieve", slow)).toMatchObject({ concurrencyLimit: 4 });
    for (let turn = 0; turn < 2; turn++)
      expect(await dev.call("queues.resetConcurrencyLimit", slow)).toMatchObject({ concurrencyLimit: null });
    await expect(dev.call("queues.overrideConcurrencyLimit", slow, -1)).rejects.toMatchObject({ status: 400 });
    const prod = sdk.as(app.bootstrap.environments.prod.apiKey);
    await expect(prod.call("queues.overrideConcurrencyLimit", slow, 1)).rejects.toMatchObject({ status: 404 });
  });
});
