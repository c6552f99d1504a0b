import { startApp, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PublishedSdk, publishedSdk, type SdkAs } from "./src/published-sdk.js";

type Handle = { id: string; isCached: boolean };

let app: TestApp;
let sdk: PublishedSdk;
let dev: SdkAs;

beforeAll(async () => {
  app = await startApp();
  sdk = await publishedSdk(app.origin);
  dev = sdk.as(app.bootstrap.environments.dev.apiKey);
});

afterAll(async () => {
  await sdk.stop();
  await app.stop();
});

const trigger = (task: string, payload?: unknown, options?: object) =>
  dev.call<Handle>("tasks.trigger", task, payload, options);

describe("the published SDK", () => {
  test("replays a run", async () => {
    const { id } = await trigger("hello", { name: "Ada" }, { tags: ["kept"] });
    const replayed = await dev.call<Handle>("runs.replay", id);
    expect(replayed.id).not.toBe(id);
    expect(await dev.call("runs.retrieve", replayed.id)).toMatchObject({ payload: { name: "Ada" }, tags: ["kept"] });
    await expect(dev.call("runs.replay", "run_aaaaaaaaaaaaaaaaaaaaaaaa")).rejects.toMatchObject({ status: 404 });
  });

  test("resets an idempotency key", async () => {
    const key = await dev.call<string>("idempotencyKeys.create", "order", { scope: "global" });
    const first = await trigger("hello", {}, { idempotencyKey: key });
    expect(await trigger("hello", {}, { idempotencyKey: key })).toMatchObject({ id: first.id, isCached: true });
    expect(await dev.call("idempotencyKeys.reset", "hello", key)).toEqual({ id: key });
    const fresh = await trigger("hello", {}, { idempotencyKey: key });
    expect(fresh).toMatchObject({ isCached: false });
    await dev.call("idempotencyKeys.reset", "hello", "order", { scope: "global" });
    expect(await trigger("hello", {}, { idempotencyKey: key })).toMatchObject({ isCached: false });
    await expect(dev.call("idempotencyKeys.reset", "hello", "nobodys", { scope: "global" })).rejects.toMatchObject({
      status: 404,
    });
  });
});
