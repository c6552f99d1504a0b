import { startApp, type TestApp } from "@trigger.dev/testing";
import { ApiClient } from "published-core/v3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { devClient } from "../e2e/support/dev-client.js";
import { type PublishedSdk, publishedSdk, type SdkAs } from "./src/published-sdk.js";

type BatchHandle = { batchId: string; runCount: number; publicAccessToken: string };
type Batch = { id: string; status: string; runCount: number; runs: string[] };

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

describe("batches of the published SDK", () => {
  test("trigger a hundred runs of a task", async () => {
    const items = Array.from({ length: 100 }, (_, index) => ({
      payload: { index },
      options: { tags: [`n:${index}`] },
    }));
    const handle = await dev.call<BatchHandle>("tasks.batchTrigger", "hello", items);
    expect(handle).toMatchObject({ runCount: 100, batchId: expect.stringMatching(/^batch_/) });
    const batch = await dev.call<Batch>("batch.retrieve", handle.batchId);
    expect(batch).toMatchObject({ id: handle.batchId, status: "PROCESSING", runCount: 100 });
    expect(new Set(batch.runs).size).toBe(100);
    expect(await dev.call("runs.retrieve", batch.runs[42])).toMatchObject({ payload: { index: 42 }, tags: ["n:42"] });
    expect(await dev.all("runs.list", { batch: handle.batchId })).toHaveLength(100);
    const reader = sdk.as(handle.publicAccessToken);
    expect(await reader.call("runs.retrieve", batch.runs[0])).toMatchObject({ payload: { index: 0 } });
  });

  test("trigger runs of several tasks", async () => {
    const { batchId } = await dev.call<BatchHandle>("batch.trigger", [
      { id: "hello", payload: { a: 1 } },
      { id: "other", payload: "two", options: { idempotencyKey: "k" } },
    ]);
    const { runs } = await dev.call<Batch>("batch.retrieve", batchId);
    const tasks = await Promise.all(runs.map((id) => dev.call("runs.retrieve", id)));
    expect(tasks).toMatchObject([
      { taskIdentifier: "hello", payload: { a: 1 } },
      { taskIdentifier: "other", payload: "two" },
    ]);
  });

  test("answer the batch of an idempotency key", async () => {
    const once = () =>
      dev.call<BatchHandle>("tasks.batchTrigger", "hello", [{ payload: 1 }, { payload: 2 }], {
        idempotencyKey: "once",
      });
    const [first, again] = [await once(), await once()];
    expect(again.batchId).toBe(first.batchId);
    expect((await dev.call<Batch>("batch.retrieve", first.batchId)).runs).toHaveLength(2);
  });
});

describe("the published @trigger.dev/core", () => {
  test("reads how the runs of a batch ended", async () => {
    const { apiKey } = app.bootstrap.environments.staging;
    const worker = await devClient(app.origin, { ref: app.bootstrap.project.ref, apiKey });
    const staging = sdk.as(apiKey);
    const { batchId } = await staging.call<BatchHandle>("tasks.batchTrigger", "hello", [
      { payload: 1 },
      { payload: 2 },
    ]);
    const { runs } = await staging.call<Batch>("batch.retrieve", batchId);
    for (const message of await worker.dequeue()) {
      const started = await worker.start(message);
      const failure = { ok: false, error: { type: "STRING_ERROR", raw: "no" } };
      await worker.complete(
        { runId: message.run.id, snapshotId: started.body.snapshot.id },
        message.run.id === runs[0] ? { output: '"yes"' } : failure,
      );
    }
    expect(await new ApiClient(app.origin, apiKey).getBatchResults(batchId)).toMatchObject({
      id: batchId,
      items: [
        { ok: true, id: runs[0], output: '"yes"', outputType: "application/json" },
        { ok: false, id: runs[1], error: { type: "STRING_ERROR", raw: "no" } },
      ],
    });
  });
});

describe("large payloads of the published SDK", () => {
  const text = "y".repeat(600_000);

  test("are uploaded and read again", async () => {
    const { id } = await dev.call<{ id: string }>("tasks.trigger", "hello", { text });
    expect(await dev.call("runs.retrieve", id)).toMatchObject({ payload: { text } });
  });

  test("are uploaded from a batch", async () => {
    const { batchId } = await dev.call<BatchHandle>("tasks.batchTrigger", "hello", [
      { payload: { text } },
      { payload: 1 },
    ]);
    const { runs } = await dev.call<Batch>("batch.retrieve", batchId);
    expect(await dev.call("runs.retrieve", runs[0])).toMatchObject({ payload: { text } });
  });

  test("are uploaded with a token that may trigger that task alone", async () => {
    const token = await dev.call<string>("auth.createTriggerPublicToken", "hello");
    const { id } = await sdk.as(token).call<{ id: string }>("tasks.trigger", "hello", { text });
    expect(await dev.call("runs.retrieve", id)).toMatchObject({ payload: { text } });
  });
});
