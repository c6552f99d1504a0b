import { setTimeout as sleep } from "node:timers/promises";
import { startApp, type TestApp } from "@trigger.dev/testing";
import { io, type Socket } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DevWorker, startDevWorker } from "./src/dev-worker.js";
import { publishedMcp } from "./src/published-mcp.js";
import { type PublishedSdk, publishedSdk, type SdkAs } from "./src/published-sdk.js";

type Run = {
  status: string;
  output?: unknown;
  error?: { name?: string; message: string; stackTrace?: string };
  attemptCount: number;
  isCompleted: boolean;
  startedAt?: Date;
  finishedAt?: Date;
  version?: string;
};

const ENDS_WITHIN_MS = 90_000;

let app: TestApp;
let sdk: PublishedSdk;
let dev: SdkAs;
let worker: DevWorker;

beforeAll(async () => {
  app = await startApp({ env: { RUN_LEASE_SECONDS: "15" } });
  const { project, personalAccessToken, environments } = app.bootstrap;
  await app.api("POST", `/api/v1/projects/${project.ref}/envvars/dev`, {
    as: personalAccessToken,
    body: { name: "FROM_THE_SERVER", value: "a value", isSecret: true },
  });
  sdk = await publishedSdk(app.origin);
  dev = sdk.as(environments.dev.apiKey);
  worker = await startDevWorker({ apiUrl: app.origin, accessToken: personalAccessToken }, project.ref);
});

afterAll(async () => {
  await worker?.stop();
  await sdk?.stop();
  await app?.stop();
});

const trigger = async (task: string, payload: unknown = {}, options: object = {}) =>
  (await dev.call<{ id: string }>("tasks.trigger", task, payload, options)).id;

async function until(id: string, reached: (run: Run) => boolean): Promise<Run> {
  for (const end = Date.now() + ENDS_WITHIN_MS; ; await sleep(200)) {
    const run = await dev.call<Run>("runs.retrieve", id);
    if (reached(run)) return run;
    if (Date.now() > end) throw new Error(`${id} is still ${run.status}:\n${worker.written()}`);
  }
}

const ended = (id: string) => until(id, (run) => run.isCompleted);
const outcome = async (task: string, payload?: unknown, options?: object) =>
  ended(await trigger(task, payload, options));

describe("the published dev worker", () => {
  it("executes a task, whose output, version and times the run then has", async () => {
    const run = await outcome("hello", { name: "Ada" });
    expect(run).toMatchObject({ status: "COMPLETED", output: { greeting: "Hello, Ada!" }, attemptCount: 1 });
    expect(run.version).toMatch(/^\d{8}\.\d+$/);
    expect(Number(run.finishedAt)).toBeGreaterThanOrEqual(Number(run.startedAt));
    expect(run.error).toBeUndefined();
  });

  it("carries a payload and an output that are too large for a message", async () => {
    const name = "y".repeat(600_000);
    const { status, output } = await outcome("hello", { name });
    expect({ status, output }).toEqual({ status: "COMPLETED", output: { greeting: `Hello, ${name}!` } });
  });

  it("executes every run of a batch of a hundred", async () => {
    const items = Array.from({ length: 100 }, (_, index) => ({ payload: { name: `n${index}` } }));
    const { batchId } = await dev.call<{ batchId: string }>("tasks.batchTrigger", "hello", items);
    type Batch = { status: string; runs: string[]; successfulRunCount?: number };
    const read = () => dev.call<Batch>("batch.retrieve", batchId);
    let batch = await read();
    for (const end = Date.now() + ENDS_WITHIN_MS; batch.status !== "COMPLETED"; batch = await read()) {
      if (Date.now() > end) throw new Error(`the batch is still ${JSON.stringify(batch)}`);
      await sleep(500);
    }
    expect(batch.runs).toHaveLength(100);
    expect(await dev.call("runs.retrieve", batch.runs[99])).toMatchObject({ output: { greeting: "Hello, n99!" } });
  });

  it("gets the environment's variables, secret ones too", async () => {
    const run = await outcome("tells", { variable: "FROM_THE_SERVER" });
    expect(run.output).toEqual({ value: "a value" });
  });

  it.each([
    ["throws-error", { message: "boom" }, "FAILED", { name: "Error", message: "boom" }],
    ["throws-type-error", {}, "FAILED", { name: "TypeError", message: "the outer one" }],
    ["throws-string", {}, "FAILED", { message: "just text" }],
    ["throws-object", {}, "FAILED", { message: "no error at all" }],
    ["exits", {}, "CRASHED", { message: expect.stringContaining("code 3") }],
    ["awaits-another-run", {}, "FAILED", { message: expect.stringContaining("cannot wait for other runs") }],
    ["awaits-a-batch", {}, "FAILED", { message: expect.stringContaining("cannot wait for other runs") }],
    ["pauses", { seconds: 60 }, "FAILED", { message: expect.stringContaining("more than five seconds") }],
    ["aborts", {}, "FAILED", { message: "no use in trying" }],
  ])("reports how %s fails", async (task, payload, status, error) => {
    expect(await outcome(task, payload)).toMatchObject({ status, error, attemptCount: 1, isCompleted: true });
  });

  it("waits a few seconds inside of a task", async () => {
    expect(await outcome("pauses", { seconds: 1 })).toMatchObject({ status: "COMPLETED", output: { waited: 1 } });
  });

  it("tries again as often as the task says, until it succeeds or no attempt is left", async () => {
    const [succeeds, fails] = await Promise.all([
      outcome("flaky", { succeedsIn: 2 }),
      outcome("flaky", { succeedsIn: 9 }),
    ]);
    expect(succeeds).toMatchObject({ status: "COMPLETED", output: { attempt: 2 }, attemptCount: 2 });
    expect(fails).toMatchObject({ status: "FAILED", error: { message: "attempt 3 failed" }, attemptCount: 3 });
  });

  it("executes a delayed run at its time, and never one whose ttl passed", async () => {
    const [delayed, expired] = await Promise.all([
      outcome("hello", {}, { delay: "2s" }),
      outcome("nobody-has-this-task", {}, { ttl: "1s" }),
    ]);
    expect(delayed.status).toBe("COMPLETED");
    expect(expired).toMatchObject({ status: "EXPIRED", error: { message: expect.stringContaining("ttl") } });
  });

  it("answers an idempotency key with the run that has ended", async () => {
    const options = { idempotencyKey: "once" };
    const first = await trigger("hello", { name: "first" }, options);
    await ended(first);
    expect(await trigger("hello", { name: "again" }, options)).toBe(first);
    expect(await ended(first)).toMatchObject({ output: { greeting: "Hello, first!" }, attemptCount: 1 });
  });

  it("starts nothing of a queue that is paused, or whose limit is zero, until it may", async () => {
    const queue = { type: "custom", name: "held" };
    const held = async () => [await trigger("hello", {}, { queue: "held" }), await outcome("hello")] as const;
    await ended(await trigger("hello", {}, { queue: "held" }));
    await dev.call("queues.pause", queue);
    const [second] = await held();
    expect(await dev.call("runs.retrieve", second)).toMatchObject({ status: "QUEUED" });
    await dev.call("queues.resume", queue);
    expect(await ended(second)).toMatchObject({ status: "COMPLETED" });
    await dev.call("queues.overrideConcurrencyLimit", queue, 0);
    const [third] = await held();
    expect(await dev.call("runs.retrieve", third)).toMatchObject({ status: "QUEUED" });
    await dev.call("queues.resetConcurrencyLimit", queue);
    expect(await ended(third)).toMatchObject({ status: "COMPLETED" });
  });

  it("executes a delayed run at the time that it was given since", async () => {
    const id = await trigger("hello", {}, { delay: "1h" });
    expect(await dev.call("runs.reschedule", id, { delay: "1s" })).toMatchObject({ id, status: "DELAYED" });
    expect(await ended(id)).toMatchObject({ status: "COMPLETED" });
  });

  it("stops what is cancelled, and hears of it over the socket", async () => {
    const id = await trigger("sleeps", { seconds: 120 });
    await until(id, ({ status }) => status === "EXECUTING");
    const socket: Socket = io(`${app.origin}/dev-worker`, {
      transports: ["websocket"],
      extraHeaders: { Authorization: `Bearer ${app.bootstrap.environments.dev.apiKey}` },
    });
    try {
      const told = new Promise((resolve) => socket.once("run:notify", resolve));
      socket.emit("run:subscribe", { version: "1", runFriendlyIds: [id] });
      await sleep(500);
      await dev.call("runs.cancel", id);
      expect(await told).toEqual({ version: "1", run: { friendlyId: id } });
    } finally {
      socket.disconnect();
    }
    expect(await ended(id)).toMatchObject({ status: "CANCELED" });
    // Its slot and its process are free again.
    expect(await outcome("hello")).toMatchObject({ status: "COMPLETED" });
  });

  it("tells the trace of a run, which the published MCP server shows", async () => {
    const id = await trigger("sleeps", { seconds: 1 });
    await ended(id);
    const { personalAccessToken: accessToken, project } = app.bootstrap;
    const mcp = await publishedMcp({ apiUrl: app.origin, accessToken });
    try {
      const { text, isError } = await mcp.call("get_run_details", {
        projectRef: project.ref,
        environment: "dev",
        runId: id,
      });
      expect(isError, text).toBe(false);
      expect(text).toMatch(/Attempt 1 \[COMPLETED\]\n\s+Duration: 1\.\d+s/);
      // Both in the words of the client: the attempt within the run, its function within it, and the line of its log.
      for (const said of ["Attempt 1", "run()", "sleeping"]) expect(text).toContain(said);
    } finally {
      await mcp.stop();
    }
  });

  it("is known to the person it belongs to, with its tasks", async () => {
    const { project, personalAccessToken: as } = app.bootstrap;
    const status = await app.api("GET", `/api/v1/projects/${project.ref}/dev-status`, { as });
    expect(status.body).toEqual({ isConnected: true });
    const current = await app.api("GET", `/api/v1/projects/${project.ref}/dev/workers/current`, { as });
    expect(current.body).toMatchObject({
      worker: { tasks: expect.arrayContaining([expect.objectContaining({ slug: "hello" })]) },
    });
  });
});

describe("a dev worker that is killed in the middle of a run", () => {
  it("leaves no run behind that nobody ends", async () => {
    const id = await trigger("sleeps", { seconds: 300 });
    await until(id, ({ status }) => status === "EXECUTING");
    worker.child.kill("SIGKILL");
    const killedAt = Date.now();
    const run = await ended(id);
    // Its own watchdog cancels what it had, or else the server finds that nobody is there: within 60 s by the state's own
    // times, and with a sentence that says why.
    expect(["CANCELED", "CRASHED"]).toContain(run.status);
    expect(Number(run.finishedAt) - killedAt).toBeLessThan(60_000);
    const latest = await app.api<{ execution: { snapshot: { description: string } } }>(
      "GET",
      `/engine/v1/dev/runs/${id}/snapshots/latest`,
      { as: app.bootstrap.environments.dev.apiKey },
    );
    expect(latest.body.execution.snapshot.description).toMatch(/worker/);
  });
});
