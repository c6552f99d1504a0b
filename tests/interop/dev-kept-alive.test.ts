import { setTimeout as sleep } from "node:timers/promises";
import { startApp, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DevWorker, startDevWorker } from "./src/dev-worker.js";
import { type PublishedSdk, publishedSdk } from "./src/published-sdk.js";

type Run = { status: string; output: { pid: number } };
type Events = { events: { kind: string; message: string }[] };

let app: TestApp;
let sdk: PublishedSdk;
let worker: DevWorker;

beforeAll(async () => {
  app = await startApp();
  sdk = await publishedSdk(app.origin);
  const { personalAccessToken, project } = app.bootstrap;
  const profile = { apiUrl: app.origin, accessToken: personalAccessToken };
  worker = await startDevWorker(profile, project.ref, { KEEP_PROCESSES: "1" });
});

afterAll(async () => {
  await worker?.stop();
  await sdk?.stop();
  await app?.stop();
});

test("a task process that is kept alive tells of each run that it executes, in the trace of that run", async () => {
  const dev = sdk.as(app.bootstrap.environments.dev.apiKey);
  const execute = async () => {
    const { id } = await dev.call<{ id: string }>("tasks.trigger", "names-its-process", {});
    return { id, run: await dev.call<Run>("runs.poll", id, { pollIntervalMs: 300 }) };
  };
  const executed = [await execute(), await execute(), await execute()];
  expect(new Set(executed.map(({ run }) => run.output.pid)).size).toBe(1);
  for (const { id } of executed) {
    const lines = async () => {
      const { body } = await app.api<Events>("GET", `/api/v1/runs/${id}/events`, {
        as: app.bootstrap.environments.dev.apiKey,
      });
      return body.events.filter(({ kind }) => kind === "log").map(({ message }) => message);
    };
    for (const end = Date.now() + 20_000; (await lines()).length === 0 && Date.now() < end;) await sleep(300);
    expect(await lines()).toEqual([`this is ${id}`]);
  }
});
