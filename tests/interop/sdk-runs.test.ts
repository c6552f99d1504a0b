import { startApp, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PublishedSdk, publishedSdk, type SdkAs } from "./src/published-sdk.js";

type Handle = { id: string; isCached: boolean; publicAccessToken: string };
type Run = { id: string; taskIdentifier: string; status: string; createdAt: Date; tags: string[] };

const HOUR_MS = 3_600_000;

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
const retrieve = (id: string) => dev.call("runs.retrieve", id);
const idsOf = (runs: readonly { id: string }[]): string[] => runs.map(({ id }) => id);

describe("tasks.trigger of the published SDK", () => {
  test("stores the payload, tags, metadata and queue of a run", async () => {
    const handle = await trigger(
      "hello",
      { name: "Ada", at: new Date(0), big: 2n },
      { tags: ["env:dev", "user_1"], metadata: { step: 1 }, queue: "slow", concurrencyKey: "user_1", ttl: "2h" },
    );
    expect(handle.id).toMatch(/^run_[a-z0-9]{24}$/);
    expect(handle.isCached).toBe(false);
    const run = await retrieve(handle.id);
    expect(run).toMatchObject({
      id: handle.id,
      status: "QUEUED",
      taskIdentifier: "hello",
      isQueued: true,
      isCompleted: false,
      // Without the envelope that the SDK sent it in: what JSON can say of it.
      payload: { name: "Ada", at: "1970-01-01T00:00:00.000Z", big: "2" },
      tags: ["env:dev", "user_1"],
      metadata: { step: 1 },
      ttl: "2h",
      depth: 0,
      triggerFunction: "trigger",
      attemptCount: 0,
    });
    expect(Date.now() - Number(run["createdAt"])).toBeLessThan(HOUR_MS);
    expect(idsOf(await dev.all("runs.list", { queue: { type: "custom", name: "slow" } }))).toEqual([handle.id]);
  });

  test.each([
    ["a string", "text"],
    ["a number", 42],
    ["a list", [1, "two"]],
    ["nothing", undefined],
    ["null", null],
  ])("carries %s as payload", async (_what, payload) => {
    const { id } = await trigger("payloads", payload);
    expect((await retrieve(id))["payload"] ?? null).toEqual(payload ?? null);
  });

  test("answers the same run for an idempotency key that was used for its task in its environment", async () => {
    const first = await trigger("hello", { turn: 1 }, { idempotencyKey: "once" });
    const again = await trigger("hello", { turn: 2 }, { idempotencyKey: "once" });
    const otherTask = await trigger("other", { turn: 3 }, { idempotencyKey: "once" });
    expect(again).toMatchObject({ id: first.id, isCached: true });
    expect(otherTask).toMatchObject({ isCached: false });
    const prod = sdk.as(app.bootstrap.environments.prod.apiKey);
    const elsewhere = await prod.call<Handle>("tasks.trigger", "hello", {}, { idempotencyKey: "once" });
    expect(elsewhere).toMatchObject({ isCached: false });
    expect(elsewhere.id).not.toBe(first.id);
    expect(await retrieve(first.id)).toMatchObject({ payload: { turn: 1 } });
    const key = await dev.call<string>("idempotencyKeys.create", ["order", "7"], { scope: "global" });
    const made = await trigger("hello", {}, { idempotencyKey: key, idempotencyKeyTTL: "1h" });
    expect(await trigger("hello", {}, { idempotencyKey: key })).toMatchObject({ id: made.id, isCached: true });
  });

  test("delays a run by a duration or until a date", async () => {
    const at = new Date(Date.now() + 2 * HOUR_MS);
    const [byDuration, byDate] = await Promise.all([
      trigger("delayed", {}, { delay: "1h" }),
      trigger("delayed", {}, { delay: at }),
    ]);
    expect(await retrieve(byDuration.id)).toMatchObject({ status: "DELAYED", isQueued: true });
    expect(await retrieve(byDate.id)).toMatchObject({ status: "DELAYED", delayedUntil: at });
  });

  test("hands out a token that reads that run, and no other", async () => {
    const [mine, other] = await Promise.all([trigger("hello"), trigger("hello")]);
    const reader = sdk.as(mine.publicAccessToken);
    expect(await reader.call("runs.retrieve", mine.id)).toMatchObject({ id: mine.id });
    await expect(reader.call("runs.retrieve", other.id)).rejects.toMatchObject({ status: 403 });
  });

  test("is refused for options that are none, with every problem", async () => {
    await expect(trigger("hello", {}, { delay: "soon" })).rejects.toMatchObject({
      name: "BadRequestError",
      status: 400,
      message: expect.stringContaining("delay"),
    });
  });
});

describe("runs.list of the published SDK", () => {
  let made: Handle[];
  beforeAll(async () => {
    made = [];
    for (let turn = 0; turn < 7; turn++) {
      made.push(await trigger("paged", { turn }, { tags: [turn % 2 === 0 ? "even" : "odd", `turn:${turn}`] }));
    }
  });
  const newestFirst = () => idsOf(made).toReversed();
  const list = (filters: object) => dev.all<Run>("runs.list", { taskIdentifier: "paged", ...filters });

  test("iterates over every page, newest first", async () => {
    const runs = await list({ limit: 2 });
    expect(idsOf(runs)).toEqual(newestFirst());
    expect(runs[0]).toMatchObject({ status: "QUEUED", createdAt: expect.any(Date), env: { name: "dev" } });
  });

  test("turns pages forth and back", async () => {
    const filters = { taskIdentifier: "paged", limit: 2 };
    const ids = newestFirst();
    const forth = await dev.turn<Run>(["next", "next", "next"], "runs.list", filters);
    expect(forth.pages.map(idsOf)).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4, 6), ids.slice(6)]);
    expect(forth).toMatchObject({ hasNext: false, hasPrevious: true });
    const back = await dev.turn<Run>(["next", "next", "previous", "previous", "next"], "runs.list", filters);
    expect(back.pages.slice(3).map(idsOf)).toEqual([ids.slice(2, 4), ids.slice(0, 2), ids.slice(2, 4)]);
  });

  test("filters by tag, status, task, version, time and kind", async () => {
    const ids = newestFirst();
    const even = ids.filter((_, index) => index % 2 === 0);
    expect(idsOf(await list({ tag: "even" }))).toEqual(even);
    expect(idsOf(await list({ tag: ["even", "turn:1"] }))).toHaveLength(even.length + 1);
    expect(idsOf(await list({ status: ["QUEUED", "DELAYED"] }))).toEqual(ids);
    expect(idsOf(await list({ status: "COMPLETED" }))).toEqual([]);
    expect(idsOf(await list({ taskIdentifier: ["paged", "nobodys"], isTest: false, period: "1d" }))).toEqual(ids);
    expect(idsOf(await list({ isTest: true }))).toEqual([]);
    expect(idsOf(await list({ version: "20260101.1" }))).toEqual([]);
    expect(idsOf(await list({ from: new Date(Date.now() - HOUR_MS), to: new Date(Date.now() + HOUR_MS) }))).toEqual(
      ids,
    );
    expect(idsOf(await list({ to: new Date(Date.now() - HOUR_MS) }))).toEqual([]);
  });
});

describe("errors of the published SDK", () => {
  test("are typed by what the server answers", async () => {
    const missing = "run_aaaaaaaaaaaaaaaaaaaaaaaa";
    await expect(retrieve(missing)).rejects.toMatchObject({
      name: "NotFoundError",
      isApiError: true,
      status: 404,
      code: "not_found",
      message: expect.stringContaining("Run not found"),
    });
    const nobody = sdk.as("tr_dev_nobodysnobodysnobodysnobo");
    const unauthorized = { name: "AuthenticationError", isApiError: true, status: 401, code: "unauthorized" };
    await expect(nobody.call("runs.retrieve", missing)).rejects.toMatchObject(unauthorized);
    await expect(nobody.call("tasks.trigger", "hello", {})).rejects.toMatchObject(unauthorized);
    await expect(nobody.all("runs.list")).rejects.toMatchObject(unauthorized);
  });

  test("hide another environment's run", async () => {
    const { id } = await trigger("hello");
    const prod = sdk.as(app.bootstrap.environments.prod.apiKey);
    await expect(prod.call("runs.retrieve", id)).rejects.toMatchObject({ name: "NotFoundError", status: 404 });
  });
});

describe("the published SDK configured by its environment", () => {
  test("finds the server and the key in TRIGGER_API_URL and TRIGGER_SECRET_KEY", async () => {
    const configured = await publishedSdk(app.origin, {
      TRIGGER_API_URL: app.origin,
      TRIGGER_SECRET_KEY: app.bootstrap.environments.staging.apiKey,
    });
    try {
      const { id } = await configured.as().call<Handle>("tasks.trigger", "hello", {});
      expect(await configured.as().all("runs.list")).toMatchObject([{ id, env: { name: "staging" } }]);
      await configured.as().call("configure", { accessToken: app.bootstrap.environments.prod.apiKey });
      await expect(configured.as().call("runs.retrieve", id)).rejects.toMatchObject({ status: 404 });
    } finally {
      await configured.stop();
    }
  });
});
