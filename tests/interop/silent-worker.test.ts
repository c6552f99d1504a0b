import { setTimeout as sleep } from "node:timers/promises";
import { startApp, type TestApp } from "@trigger.dev/testing";
import { io, type Socket } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

type Snapshot = { id: string; executionStatus: string; description: string };
type Held = { runId: string; snapshotId: string };

/** How long the worker may be silent here: by default it is 45 s, so that a run is seen to within a minute. */
const LEASE_SECONDS = 2;
const SEEN_TO = { timeout: 15_000, interval: 100 };

let app: TestApp;
let key: string;
let workerId: string;
let socket: Socket;
const told: string[] = [];

/** As the published worker sends it: JSON under another name, with the environment's key. */
const send = <T>(method: string, path: string, body?: unknown) =>
  app.api<T>(method, path, {
    as: key,
    ...(body === undefined ? {} : { raw: JSON.stringify(body) }),
    headers: { "content-type": "text/plain;charset=UTF-8" },
  });

beforeAll(async () => {
  app = await startApp({ env: { RUN_LEASE_SECONDS: String(LEASE_SECONDS) } });
  key = app.bootstrap.environments.dev.apiKey;
  const { body } = await app.api<{ id: string }>(
    "POST",
    `/api/v1/projects/${app.bootstrap.project.ref}/background-workers`,
    {
      as: key,
      body: { localOnly: true, metadata: { contentHash: "1", tasks: [{ id: "hello", filePath: "hello.ts" }] } },
    },
  );
  workerId = body.id;
  socket = io(`${app.origin}/dev-worker`, {
    transports: ["websocket"],
    extraHeaders: { Authorization: `Bearer ${key}` },
  });
  socket.on("run:notify", ({ run }: { run: { friendlyId: string } }) => told.push(run.friendlyId));
  await new Promise((resolve) => socket.once("connect", () => resolve(undefined)));
});

afterAll(async () => {
  socket?.disconnect();
  await app?.stop();
});

async function dequeued(maxAttempts: number): Promise<Held> {
  const options = { maxAttempts };
  const { body } = await app.api<{ id: string }>("POST", "/api/v1/tasks/hello/trigger", { as: key, body: { options } });
  socket.emit("run:subscribe", { version: "1", runFriendlyIds: [body.id] });
  return takeAgain(body.id);
}

async function takeAgain(runId: string): Promise<Held> {
  const { body } = await send<{ dequeuedMessages: { run: { friendlyId: string }; snapshot: Snapshot }[] }>(
    "POST",
    "/engine/v1/dev/dequeue",
    { currentWorker: workerId, oldWorkers: [] },
  );
  const [message, ...others] = body.dequeuedMessages;
  expect([message?.run.friendlyId, others]).toEqual([runId, []]);
  return { runId, snapshotId: message?.snapshot.id ?? "" };
}

async function started({ runId, snapshotId }: Held): Promise<Held> {
  const path = `/engine/v1/dev/runs/${runId}/snapshots/${snapshotId}/attempts/start`;
  return { runId, snapshotId: (await send<{ snapshot: Snapshot }>("POST", path, {})).body.snapshot.id };
}

const complete = ({ runId, snapshotId }: Held) =>
  send("POST", `/engine/v1/dev/runs/${runId}/snapshots/${snapshotId}/attempts/complete`, {
    completion: { ok: true, id: runId, output: '"done"', outputType: "application/json", usage: { durationMs: 1 } },
  });
const read = async (runId: string) => (await app.api("GET", `/api/v3/runs/${runId}`, { as: key })).body;
const latest = async (runId: string) =>
  (await send<{ execution: { snapshot: Snapshot } }>("GET", `/engine/v1/dev/runs/${runId}/snapshots/latest`)).body
    .execution.snapshot;
const statusOf = (runId: string) => expect.poll(async () => (await read(runId))["status"], SEEN_TO);

describe("a run whose worker falls silent", () => {
  it("before it started the run, is back on the queue as it was", async () => {
    const held = await dequeued(1);
    await statusOf(held.runId).toBe("QUEUED");
    expect(await read(held.runId)).toMatchObject({ attemptCount: 0 });
    expect(await latest(held.runId)).toMatchObject({
      executionStatus: "QUEUED",
      description: "The worker did not start the run: back on the queue",
    });
    await expect.poll(() => told, SEEN_TO).toContain(held.runId);
    const path = `/engine/v1/dev/runs/${held.runId}/snapshots/${held.snapshotId}/attempts/start`;
    expect((await send("POST", path, {})).status).toBe(409);
    expect((await complete(await started(await takeAgain(held.runId)))).status).toBe(200);
    expect(await read(held.runId)).toMatchObject({ status: "COMPLETED", attemptCount: 1 });
  });

  it("in the middle of an attempt, is back on the queue, and the late answer is refused", async () => {
    const first = await started(await dequeued(2));
    await statusOf(first.runId).toBe("QUEUED");
    expect((await latest(first.runId)).description).toBe("The worker fell silent in attempt 1: back on the queue");
    await expect.poll(() => told, SEEN_TO).toContain(first.runId);
    const second = await started(await takeAgain(first.runId));
    const late = await complete(first);
    expect([late.status, late.headers.get("x-should-retry")]).toEqual([409, "false"]);
    expect(await read(first.runId)).toMatchObject({ status: "EXECUTING", attemptCount: 2 });
    expect((await complete(second)).status).toBe(200);
    expect(await read(first.runId)).toMatchObject({ status: "COMPLETED", output: "done", attemptCount: 2 });
  });

  it("in the middle of its last attempt, crashes with a sentence that says why", async () => {
    const last = await started(await dequeued(1));
    await statusOf(last.runId).toBe("CRASHED");
    const run = await read(last.runId);
    expect(run).toMatchObject({
      attemptCount: 1,
      error: { message: expect.stringMatching(/^The worker fell silent while it executed the run: .+\.$/) },
    });
    const tookMs = Date.parse(String(run["finishedAt"])) - Date.parse(String(run["startedAt"]));
    expect(tookMs).toBeGreaterThanOrEqual(LEASE_SECONDS * 1000);
    // The lease, and what the sweeper needs: with the default lease there are fifteen seconds for it.
    expect(tookMs).toBeLessThan(LEASE_SECONDS * 1000 + 15_000);
    await expect.poll(() => told, SEEN_TO).toContain(last.runId);
    const late = await complete(last);
    expect([late.status, late.headers.get("x-should-retry")]).toEqual([409, "false"]);
    expect((await read(last.runId))["status"]).toBe("CRASHED");
  });

  it("stays with it while it asks for its newest snapshot, or says that it executes it", async () => {
    const [asking, saying] = [await started(await dequeued(1)), await started(await dequeued(1))];
    const heartbeat = `/engine/v1/dev/runs/${saying.runId}/snapshots/${saying.snapshotId}/heartbeat`;
    for (const end = Date.now() + 2.5 * LEASE_SECONDS * 1000; Date.now() < end; await sleep(300)) {
      await latest(asking.runId);
      expect((await send("POST", heartbeat, {})).body).toEqual({ ok: true });
    }
    for (const attempt of [asking, saying]) {
      expect(await read(attempt.runId)).toMatchObject({ status: "EXECUTING", attemptCount: 1 });
      expect((await complete(attempt)).status).toBe(200);
    }
  });
});

describe("the presence of a worker", () => {
  it("is a stream that begins at once and goes on, and its end is seen", async () => {
    const { personalAccessToken, project } = app.bootstrap;
    const connected = async () =>
      (await app.api("GET", `/api/v1/projects/${project.ref}/dev-status`, { as: personalAccessToken })).body;
    expect(await connected()).toEqual({ isConnected: false });
    const leaves = new AbortController();
    const stream = await fetch(`${app.origin}/engine/v1/dev/presence`, {
      headers: { authorization: `Bearer ${key}`, accept: "text/event-stream" },
      signal: leaves.signal,
    });
    expect([stream.status, stream.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    const next = async () => (await reader?.read())?.value;
    expect(await next()).toMatch(/^event: start\ndata: \{"now":\d+\}\n\n$/);
    await expect.poll(connected, SEEN_TO).toEqual({ isConnected: true });
    expect(await next()).toMatch(/^event: time\ndata: \{"now":\d+\}\n\n$/);
    leaves.abort();
    await expect.poll(connected, { timeout: 25_000, interval: 500 }).toEqual({ isConnected: false });
  });
});
