import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { devClient, type DevClient } from "../support/dev-client.js";
import { fingerprint } from "../support/state.js";
import { startWorld, type World } from "../support/world.js";

let world: World;
let mine: DevClient;
let prod: DevClient;

beforeAll(async () => {
  world = await startWorld();
  const { ref, environments } = world.owner;
  mine = await devClient(world.app.origin, { ref, apiKey: environments.dev.apiKey });
  prod = await devClient(world.app.origin, { ref, apiKey: environments.prod.apiKey });
});
afterAll(() => world?.stop());

const failure = (error: object) => ({ ok: false, error });

describe("a completion", () => {
  it("is answered the same when it is sent again, and says nothing new", async () => {
    const attempt = await mine.running();
    const first = await mine.complete(attempt, { output: '"first"' });
    const second = await mine.complete(attempt, { output: '"second"' });
    expect(first.status).toBe(200);
    expect(second.body).toEqual(first.body);
    expect(await mine.read(attempt.runId)).toMatchObject({ status: "COMPLETED", output: "first" });
  });

  it("that says another outcome than the first is a 409 that is not to be repeated, and changes nothing", async () => {
    const attempt = await mine.running();
    const first = await mine.complete(attempt);
    const before = await fingerprint(world.pool);
    const other = await mine.complete(attempt, failure({ type: "STRING_ERROR", raw: "no" }));
    expect(other).toMatchObject({
      status: 409,
      body: { code: "conflict", error: expect.stringContaining("another outcome") },
    });
    expect(other.headers.get("x-should-retry")).toBe("false");
    expect((await mine.complete(attempt)).body).toEqual(first.body);
    expect(await fingerprint(world.pool)).toEqual(before);
  });

  it("of another environment's run is a 404, and changes nothing", async () => {
    const attempt = await mine.running();
    const before = await fingerprint(world.pool);
    expect((await prod.complete(attempt)).status).toBe(404);
    const { runId, snapshotId } = attempt;
    expect((await prod.start({ run: { id: runId }, snapshot: { id: snapshotId } })).status).toBe(404);
    expect(await fingerprint(world.pool)).toEqual(before);
  });

  it("that comes after the attempt was given up is a 409 that is not to be repeated", async () => {
    const attempt = await mine.running({ maxAttempts: 1 });
    await world.pool.query("UPDATE queue_item SET deadline_at = now() WHERE run_id = $1", [attempt.runId]);
    await expect.poll(async () => (await mine.read(attempt.runId))["status"], { timeout: 15_000 }).toBe("CRASHED");
    const before = await fingerprint(world.pool);
    const late = await mine.complete(attempt);
    expect(late).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect(late.headers.get("x-should-retry")).toBe("false");
    expect(await fingerprint(world.pool)).toEqual(before);
  });

  it.each([
    ["nothing", { ok: undefined }],
    ["another run's id", { id: "run_aaaaaaaaaaaaaaaaaaaaaaaa" }],
    ["an unknown kind of error", failure({ type: "ODD", raw: "x" })],
    ["an error without a message", failure({ type: "BUILT_IN_ERROR", name: "Error" })],
    ["a failure without an error", { ok: false }],
    [
      "a time for its retry that is none",
      { ...failure({ type: "STRING_ERROR", raw: "x" }), retry: { timestamp: "soon" } },
    ],
    ["a negative duration", { usage: { durationMs: -1 } }],
    ["an output that is no text", { output: { a: 1 } }],
  ])("with %s is a 400, and the run is as it was", async (_what, completion) => {
    const attempt = await mine.running();
    const before = await fingerprint(world.pool);
    expect(await mine.complete(attempt, completion)).toMatchObject({ status: 400, body: { code: "invalid_request" } });
    expect(await fingerprint(world.pool)).toEqual(before);
    expect((await mine.complete(attempt)).status).toBe(200);
  });

  it("keeps a message that a database cannot hold as it is", async () => {
    const attempt = await mine.running();
    const raw = "a\u0000b\ud800c";
    expect((await mine.complete(attempt, failure({ type: "STRING_ERROR", raw }))).status).toBe(200);
    expect(await mine.read(attempt.runId)).toMatchObject({
      status: "FAILED",
      error: { message: "a\uFFFDb\uFFFDc" },
    });
  });
});

describe("a cancelled run", () => {
  it("is over for its clients at once, and its worker is told", async () => {
    const attempt = await mine.running();
    const { dev } = world.owner.environments;
    const cancel = `/api/v2/runs/${attempt.runId}/cancel`;
    expect((await world.app.api("POST", cancel, { as: dev.apiKey })).body).toEqual({ id: attempt.runId });
    expect(await mine.read(attempt.runId)).toMatchObject({ status: "CANCELED", isCancelled: true });
    const latest = `/engine/v1/dev/runs/${attempt.runId}/snapshots/latest`;
    expect((await world.app.api("GET", latest, { as: dev.apiKey })).body).toMatchObject({
      execution: { snapshot: { executionStatus: "PENDING_CANCEL" } },
    });
    expect((await mine.complete(attempt)).body).toMatchObject({ result: { attemptStatus: "RUN_FINISHED" } });
    expect(await mine.read(attempt.runId)).toMatchObject({ status: "CANCELED" });
  });

  it("is what a worker's runs are once it says that it is gone, of its own environment alone", async () => {
    const attempt = await mine.running();
    const disconnect = (as: string) =>
      world.app.api("POST", "/engine/v1/dev/disconnect", { as, body: { runFriendlyIds: [attempt.runId] } });
    expect((await disconnect(world.owner.environments.prod.apiKey)).body).toEqual({ cancelled: 0 });
    expect((await disconnect(world.owner.environments.dev.apiKey)).body).toEqual({ cancelled: 1 });
    expect(await mine.read(attempt.runId)).toMatchObject({ status: "CANCELED" });
  });
});
