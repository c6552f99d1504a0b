import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cancelRun } from "./cancel-run.js";
import { type AttemptResult, completeAttempt } from "./complete-attempt.js";
import type { RunKey } from "./engine-context.js";
import { keepAlive } from "./keep-alive.js";
import { startAttempt } from "./start-attempt.js";
import { sweep } from "./sweep.js";
import { startEngineWorld } from "./test-world/engine-world.js";

let world: Awaited<ReturnType<typeof startEngineWorld>>;
beforeAll(async () => {
  world = await startEngineWorld();
});
afterAll(() => world?.stop());

const OK: AttemptResult = { ok: true, usageMs: 5, output: { text: '{"a":1}', type: "application/json" } };
const failed = (retryInMs?: number): AttemptResult => ({
  ok: false,
  usageMs: 5,
  failure: { type: "STRING_ERROR", raw: "no" },
  retryAt: retryInMs === undefined ? null : new Date(Date.now() + retryInMs),
});
const complete = (attempt: RunKey & { snapshotId: string }, result: AttemptResult) =>
  completeAttempt(world.engine, { ...attempt, result });
const exited = (): AttemptResult => ({
  ok: false,
  usageMs: 5,
  failure: { type: "INTERNAL_ERROR", code: "TASK_PROCESS_EXITED_WITH_NON_ZERO_CODE" },
  retryAt: null,
});
const OTHERWISE = { ok: false, reason: "answered_otherwise" };
const NOT_CURRENT = { ok: false, reason: "not_current" };

/** As if the worker had been silent for longer than its lease. */
const silence = ({ runId }: RunKey) =>
  world.pool.query("UPDATE queue_item SET deadline_at = now() - interval '1 second' WHERE run_id = $1", [runId]);

describe("an attempt", () => {
  it("completes its run, with every state in the history", async () => {
    const env = await world.newEnvironment();
    const attempt = await env.running();
    expect(await complete(attempt, OK)).toMatchObject({ ok: true, attemptStatus: "RUN_FINISHED" });
    expect(await env.read(attempt.runId)).toEqual({
      status: "COMPLETED",
      attemptCount: 1,
      output: '{"a":1}',
      error: null,
      place: null,
      history: ["QUEUED", "DEQUEUED", "EXECUTING", "COMPLETED"],
    });
  });

  it("is completed once, however often and however differently it is said", async () => {
    const env = await world.newEnvironment();
    const attempt = await env.running();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, turn) => complete(attempt, turn % 2 ? OK : failed())),
    );
    const taken = answers.filter(({ ok }) => ok);
    expect(new Set(taken.map((answer) => answer.ok && answer.snapshot.id)).size).toBe(1);
    // Those that say the other outcome than the one that came first.
    expect(answers.filter(({ ok }) => !ok)).toEqual(Array.from({ length: 5 }, () => OTHERWISE));
    const { history } = await env.read(attempt.runId);
    expect(history).toHaveLength(4);
  });

  it.each([
    ["completed", OK, [failed(), failed(100), exited()]],
    ["failed", failed(), [OK, exited()]],
    ["crashed", exited(), [OK, failed()]],
    ["was retried", failed(100), [OK]],
    ["was retried later", failed(120_000), [OK]],
  ])("that %s is told nothing else, and answers the same again", async (_what, first, others) => {
    const env = await world.newEnvironment();
    const attempt = await env.running();
    const answer = await complete(attempt, first);
    const before = await env.read(attempt.runId);
    for (const other of others) expect(await complete(attempt, other)).toEqual(OTHERWISE);
    expect(await complete(attempt, first)).toEqual(answer);
    expect(await env.read(attempt.runId)).toEqual(before);
  });

  it("starts once, and only from the snapshot that its worker was given", async () => {
    const env = await world.newEnvironment();
    const runId = await env.trigger();
    const [taken] = await env.take();
    const start = () =>
      startAttempt(world.engine, { environmentId: env.id, runId, snapshotId: taken?.snapshot.id ?? "" });
    const started = await Promise.all([start(), start(), start()]);
    expect(started.filter(({ ok }) => ok)).toHaveLength(1);
    expect(started.filter(({ ok }) => !ok)).toEqual([NOT_CURRENT, NOT_CURRENT]);
    expect((await env.read(runId)).attemptCount).toBe(1);
  });

  it("of another environment's run is not there", async () => {
    const [mine, theirs] = [await world.newEnvironment(), await world.newEnvironment()];
    const attempt = { ...(await mine.running()), environmentId: theirs.id };
    expect(await complete(attempt, OK)).toEqual({ ok: false, reason: "run_not_found" });
    expect(await startAttempt(world.engine, attempt)).toEqual({ ok: false, reason: "run_not_found" });
    expect(await cancelRun(world.engine, attempt, "")).toEqual({ ok: false, reason: "run_not_found" });
    expect((await mine.read(attempt.runId)).status).toBe("EXECUTING");
  });

  it("that there never was cannot be completed", async () => {
    const env = await world.newEnvironment();
    const attempt = await env.running();
    const unknown = { ...attempt, snapshotId: "snapshot_none" };
    expect(await complete(unknown, OK)).toEqual({ ok: false, reason: "snapshot_not_found" });
  });

  it("is retried by its worker after a short wait, and from the queue after a long one", async () => {
    const env = await world.newEnvironment();
    const soon = await env.running();
    const answer = await complete(soon, failed(100));
    expect(answer).toMatchObject({ attemptStatus: "RETRY_IMMEDIATELY" });
    const again = await startAttempt(world.engine, { ...soon, snapshotId: answer.ok ? answer.snapshot.id : "" });
    expect(again).toMatchObject({ ok: true, attemptNumber: 2 });
    const late = await env.running("b");
    expect(await complete(late, failed(120_000))).toMatchObject({ attemptStatus: "RETRY_QUEUED" });
    expect(await env.read(late.runId)).toMatchObject({ status: "QUEUED", place: "DELAYED" });
    await world.pool.query("UPDATE queue_item SET ready_at = now() - interval '1 second' WHERE run_id = $1", [
      late.runId,
    ]);
    await sweep(world.engine);
    expect((await env.take(10)).map(({ runId }) => runId)).toEqual([late.runId]);
  });

  it("is not retried more often than its trigger allows", async () => {
    const env = await world.newEnvironment();
    const attempt = await env.running("a", { options: { maxAttempts: 1 } });
    expect(await complete(attempt, failed(100))).toMatchObject({ attemptStatus: "RUN_FINISHED" });
    expect(await env.read(attempt.runId)).toMatchObject({ status: "FAILED", error: { raw: "no" } });
  });
});

describe("a cancelled run", () => {
  it("is over at once, whatever its worker still says", async () => {
    const env = await world.newEnvironment();
    const attempt = await env.running();
    expect(await cancelRun(world.engine, attempt, "no more")).toEqual({ ok: true, status: "CANCELED" });
    expect(await env.read(attempt.runId)).toMatchObject({ status: "CANCELED", place: "RUNNING" });
    expect(await complete(attempt, OK)).toMatchObject({ ok: true, attemptStatus: "RUN_FINISHED" });
    expect(await env.read(attempt.runId)).toMatchObject({ status: "CANCELED", output: null, place: null });
    expect(await cancelRun(world.engine, attempt, "again")).toEqual({ ok: true, status: "CANCELED" });
  });

  it("leaves the queue, and does not start", async () => {
    const env = await world.newEnvironment();
    const [queued, taken] = [await env.trigger("a"), await env.trigger("b", { priority: 99 })];
    const [dequeued] = await env.take();
    for (const runId of [queued, taken]) await cancelRun(world.engine, { environmentId: env.id, runId }, "");
    const snapshotId = dequeued?.snapshot.id ?? "";
    expect(await startAttempt(world.engine, { environmentId: env.id, runId: taken, snapshotId })).toEqual(NOT_CURRENT);
    expect(await env.take(10)).toEqual([]);
    expect((await env.read(queued)).place).toBeNull();
  });
});

describe("a run whose worker is silent", () => {
  it("goes back to the queue, and the late answer of the attempt that was given up is refused", async () => {
    const env = await world.newEnvironment();
    const attempt = await env.running();
    await silence(attempt);
    await Promise.all([sweep(world.engine), sweep(world.engine), sweep(world.engine)]);
    expect(await env.read(attempt.runId)).toMatchObject({ status: "QUEUED", place: "WAITING", attemptCount: 1 });
    expect(await complete(attempt, OK)).toEqual(NOT_CURRENT);
    const [again] = await env.take();
    const second = await startAttempt(world.engine, { ...attempt, snapshotId: again?.snapshot.id ?? "" });
    expect(await complete(attempt, OK)).toEqual(NOT_CURRENT);
    expect(await complete({ ...attempt, snapshotId: second.ok ? second.snapshot.id : "" }, OK)).toMatchObject({
      ok: true,
    });
    expect((await env.read(attempt.runId)).history.filter((state) => state === "COMPLETED")).toHaveLength(1);
  });

  it("crashes once its attempts are used, with a sentence that says why", async () => {
    const env = await world.newEnvironment();
    const attempt = await env.running("a", { options: { maxAttempts: 1 } });
    await silence(attempt);
    await sweep(world.engine);
    const run = await env.read(attempt.runId);
    expect(run).toMatchObject({ status: "CRASHED", place: null });
    expect(run.error).toMatchObject({ message: expect.stringContaining("fell silent") });
  });

  it("goes back to the queue when it was never started, and uses no attempt", async () => {
    const env = await world.newEnvironment();
    const runId = await env.trigger();
    await env.take();
    await silence({ environmentId: env.id, runId });
    await sweep(world.engine);
    expect(await env.read(runId)).toMatchObject({ status: "QUEUED", attemptCount: 0 });
  });

  it("stays its worker's for as long as that shows life", async () => {
    const env = await world.newEnvironment();
    const attempt = await env.running();
    await world.pool.query("UPDATE queue_item SET deadline_at = now() + interval '1 second' WHERE run_id = $1", [
      attempt.runId,
    ]);
    await keepAlive(world.engine, attempt);
    const { rows } = await world.pool.query(
      "SELECT 1 FROM queue_item WHERE run_id = $1 AND deadline_at > now() + interval '30 seconds'",
      [attempt.runId],
    );
    expect(rows).toHaveLength(1);
  });
});

describe("time", () => {
  it("readies what was delayed, and expires what nobody started", async () => {
    const env = await world.newEnvironment();
    const delayed = await env.trigger("a", { delayUntil: new Date(Date.now() + 60_000) });
    const stale = await env.trigger("a", { expiresAt: new Date(Date.now() - 1) });
    await world.pool.query("UPDATE queue_item SET ready_at = now() - interval '1 second' WHERE run_id = $1", [delayed]);
    await sweep(world.engine);
    expect(await env.read(delayed)).toMatchObject({ status: "QUEUED", place: "WAITING" });
    expect(await env.read(stale)).toMatchObject({
      status: "EXPIRED",
      place: null,
      error: { code: "TASK_RUN_EXPIRED" },
    });
  });
});
