import { setTimeout as sleep } from "node:timers/promises";
import { startApp, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PublishedSdk, publishedSdk } from "./src/published-sdk.js";

type Seen = { id: string; status: string; tags: string[]; payload: unknown; metadata?: unknown };

let app: TestApp;
let sdk: PublishedSdk;

beforeAll(async () => {
  app = await startApp();
  sdk = await publishedSdk(app.origin);
});

afterAll(async () => {
  await sdk?.stop();
  await app?.stop();
});

test("runs.subscribeToRun of the published SDK tells what becomes of a run, to who may read it", async () => {
  const dev = sdk.as(app.bootstrap.environments.dev.apiKey);
  const tags = ["a tag", 'with "quotes", {braces} and \\'];
  const options = { delay: "1h", tags, metadata: { step: 1 } };
  const handle = await dev.call<{ id: string; publicAccessToken: string }>("tasks.trigger", "hello", { a: 1 }, options);
  const told = sdk.as(handle.publicAccessToken).all<Seen>("runs.subscribeToRun", handle.id);
  await sleep(1500);
  await dev.call("runs.cancel", handle.id);
  const seen = await told;
  expect(seen[0]).toMatchObject({ id: handle.id, status: "DELAYED", tags, payload: { a: 1 }, metadata: { step: 1 } });
  expect(seen.at(-1)).toMatchObject({ status: "CANCELED", tags });
});
