import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startWorld, type World } from "../support/world.js";

let world: World;
let dev: string;

beforeAll(async () => {
  world = await startWorld();
  dev = world.owner.environments.dev.apiKey;
});
afterAll(() => world?.stop());

const countRuns = async () => Number((await world.pool.query("SELECT count(*) AS n FROM run")).rows[0].n);
const refusal = { code: "not_implemented", error: expect.stringMatching(/server|served/) };

describe("what published clients ask for and this server does not do", () => {
  it.each([
    ["POST", "/engine/v1/runs/run_aaaaaaaaaaaaaaaaaaaaaaaa/wait/duration"],
    ["POST", "/engine/v1/runs/run_aaaaaaaaaaaaaaaaaaaaaaaa/waitpoints/tokens/waitpoint_1/wait"],
    ["POST", "/api/v1/waitpoints/tokens"],
    ["GET", "/api/v1/batches/batch_aaaaaaaaaaaaaaaaaaaaaaaa"],
    ["GET", "/api/v1/runs/run_aaaaaaaaaaaaaaaaaaaaaaaa/packets/output"],
    ["POST", "/api/v2/tasks/batch"],
    ["GET", "/api/v1/schedules"],
    ["GET", "/api/v1/deployments/current"],
    ["POST", "/api/v1/bulk-actions"],
    ["GET", "/api/v1/concurrency-limits"],
    ["POST", "/api/v1/query"],
  ])("is refused with a sentence, and no client repeats it: %s %s", async (method, path) => {
    const answer = await world.app.api(method, path, { as: dev });
    expect([answer.status, answer.body]).toMatchObject([501, refusal]);
    expect(answer.headers.get("x-should-retry")).toBe("false");
  });

  it.each(["/realtime/v1/runs?tags=a&offset=-1", "/realtime/v1/batches/batch_1?offset=-1", "/realtime/v1/streams/a/b"])(
    "is a 404 where clients repeat a 501 for ever: %s",
    async (path) => {
      const answer = await world.app.api("GET", path, { as: dev });
      expect([answer.status, answer.body]).toMatchObject([
        404,
        { error: expect.stringContaining("one run at a time") },
      ]);
    },
  );

  it("is not what was never asked for", async () => {
    for (const path of ["/api/v1/schedulesx", "/api/v1/nothing", "/engine/v1/runs/x", "/realtime/v2/runs"])
      expect((await world.app.api("GET", path, { as: dev })).body, path).toMatchObject({ error: "Route not found" });
  });
});

describe("options that no run would follow", () => {
  const waits = { resumeParentOnCompletion: true, parentRunId: "run_aaaaaaaaaaaaaaaaaaaaaaaa" };

  it.each([waits, { debounce: { key: "a", delay: "5s" } }])(
    "are refused before a run is stored: %j",
    async (options) => {
      const before = await countRuns();
      const answer = await world.app.api("POST", "/api/v1/tasks/hello/trigger", { as: dev, body: { options } });
      expect([answer.status, answer.body]).toMatchObject([501, refusal]);
      const { id } = await world.ok<{ id: string }>("POST", "/api/v3/batches", { as: dev, body: { runCount: 2 } });
      const lines = [{}, options].map((given, index) => JSON.stringify({ index, task: "hello", options: given }));
      const items = await world.app.api("POST", `/api/v3/batches/${id}/items`, {
        as: dev,
        raw: lines.join("\n"),
        headers: { "content-type": "application/x-ndjson" },
      });
      expect([items.status, items.body]).toMatchObject([501, refusal]);
      expect(await countRuns()).toBe(before);
    },
  );

  it("are refused before a batch is opened", async () => {
    const answer = await world.app.api("POST", "/api/v3/batches", { as: dev, body: { runCount: 1, ...waits } });
    expect([answer.status, answer.body]).toMatchObject([501, refusal]);
    expect((await world.app.api("POST", "/api/v3/batches", { as: dev, body: { runCount: 1 } })).status).toBe(200);
  });
});
