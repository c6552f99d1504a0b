import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DevClient, devClient } from "../support/dev-client.js";
import { startWorld, type World } from "../support/world.js";

let world: World;
let dev: string;
let client: DevClient;

beforeAll(async () => {
  world = await startWorld();
  dev = world.owner.environments.dev.apiKey;
  client = await devClient(world.app.origin, { ref: world.owner.ref, apiKey: dev });
});
afterAll(() => world?.stop());

const result = (runId: string, as = dev) => world.app.api("GET", `/api/v1/runs/${runId}/result`, { as });
const jwt = async (...scopes: string[]) => (await world.exchange("dev", { claims: { scopes } })).token;

describe("the result of a run", () => {
  it("is its output as the worker wrote it", async () => {
    const attempt = await client.running();
    await client.complete(attempt, { output: '{"json":7}', outputType: "application/super+json" });
    expect((await result(attempt.runId)).body).toEqual({
      ok: true,
      id: attempt.runId,
      taskIdentifier: "hello",
      output: '{"json":7}',
      outputType: "application/super+json",
      usage: { durationMs: 0 },
    });
  });

  it("is its error as the worker said it", async () => {
    const attempt = await client.running();
    const error = { type: "BUILT_IN_ERROR", name: "TypeError", message: "boom", stackTrace: "TypeError: boom" };
    await client.complete(attempt, { ok: false, error });
    expect((await result(attempt.runId)).body).toMatchObject({ ok: false, id: attempt.runId, error });
  });

  it("of one that was cancelled says so", async () => {
    const runId = await client.trigger({ delay: "1h" });
    await world.ok("POST", `/api/v2/runs/${runId}/cancel`, { as: dev });
    expect((await result(runId)).body).toMatchObject({ ok: false, error: { code: "TASK_RUN_CANCELLED" } });
  });

  it("is not there before the run is over", async () => {
    const answer = await result(await client.trigger({ delay: "1h" }));
    expect([answer.status, answer.body]).toMatchObject([404, { error: expect.stringContaining("not over") }]);
  });
});

describe("the result and the metadata of a run", () => {
  it("are read by those who may read the run", async () => {
    const runId = await client.trigger({ delay: "1h", metadata: { step: 1 } });
    await world.ok("POST", `/api/v2/runs/${runId}/cancel`, { as: dev });
    const paths = ["result", "metadata"].map((view) => `/api/v1/runs/${runId}/${view}`);
    const statuses = async (as: string) =>
      Promise.all(paths.map(async (path) => (await world.app.api("GET", path, { as })).status));
    for (const scope of [`read:runs:${runId}`, "read:tasks:hello"])
      expect(await statuses(await jwt(scope)), scope).toEqual([200, 200]);
    for (const scope of ["read:tasks:other", `write:runs:${runId}`])
      expect(await statuses(await jwt(scope)), scope).toEqual([403, 403]);
    expect(await statuses(world.owner.environments.prod.apiKey)).toEqual([404, 404]);
    expect(await world.ok("GET", `/api/v1/runs/${runId}/metadata`, { as: dev })).toEqual({ metadata: { step: 1 } });
  });

  it("has no metadata where it was triggered with none, or with what is no object", async () => {
    for (const metadata of [undefined, [1], "text"]) {
      const runId = await client.trigger({ delay: "1h", ...(metadata === undefined ? {} : { metadata }) });
      expect(await world.ok("GET", `/api/v1/runs/${runId}/metadata`, { as: dev })).toEqual({ metadata: {} });
    }
  });
});
