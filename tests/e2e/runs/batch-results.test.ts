import type { JsonObject } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DevClient, devClient } from "../support/dev-client.js";
import { startWorld, type World } from "../support/world.js";

type Results = { id: string; items: { id: string; ok: boolean }[]; pagination: { next?: string } };

let world: World;
let dev: string;
let client: DevClient;

beforeAll(async () => {
  world = await startWorld();
  dev = world.owner.environments.dev.apiKey;
  client = await devClient(world.app.origin, { ref: world.owner.ref, apiKey: dev });
});
afterAll(() => world?.stop());

const results = (id: string, { as = dev, query = "" } = {}) =>
  world.app.api<Results>("GET", `/api/v1/batches/${id}/results${query}`, { as });
const jwt = async (...scopes: string[]) => (await world.exchange("dev", { claims: { scopes } })).token;

/** A batch with an item for each of some options, and the items' runs. */
async function batchOf(items: readonly JsonObject[]) {
  const { id } = await world.ok<{ id: string }>("POST", "/api/v3/batches", {
    as: dev,
    body: { runCount: items.length },
  });
  const lines = items.map((options, index) => JSON.stringify({ index, task: "hello", options }));
  await world.ok("POST", `/api/v3/batches/${id}/items`, {
    as: dev,
    raw: lines.join("\n"),
    headers: { "content-type": "application/x-ndjson" },
  });
  return { id, ...(await world.ok<{ runs: string[] }>("GET", `/api/v2/batches/${id}`, { as: dev })) };
}

/** Executes what is queued; each run is completed as is said of it. */
async function execute(completionOf: (runId: string) => JsonObject): Promise<void> {
  for (let messages = await client.dequeue(); messages.length > 0; messages = await client.dequeue()) {
    for (const message of messages) {
      const started = await client.start(message);
      const attempt = { runId: message.run.id, snapshotId: started.body.snapshot.id };
      await client.complete(attempt, completionOf(message.run.id));
    }
  }
}

describe("the results of a batch", () => {
  it("are how its runs ended, in the order of its items, once each is over", async () => {
    const { id, runs } = await batchOf([{}, {}, { delay: "1h" }, { delay: "1h" }]);
    expect((await results(id)).body).toEqual({ id, items: [], pagination: {} });
    const [fails, completes, cancelled] = [runs[0] ?? "", runs[1] ?? "", runs[2] ?? ""];
    const error = { type: "BUILT_IN_ERROR", name: "TypeError", message: "boom", stackTrace: "TypeError: boom" };
    const output = { output: '{"json":7}', outputType: "application/super+json" };
    await execute((runId) => (runId === fails ? { ok: false, error } : output));
    await world.ok("POST", `/api/v2/runs/${cancelled}/cancel`, { as: dev });
    const common = { taskIdentifier: "hello", usage: { durationMs: 0 } };
    expect((await results(id)).body).toEqual({
      id,
      items: [
        { ...common, id: fails, ok: false, error },
        { ...common, id: completes, ok: true, ...output },
        { ...common, id: cancelled, ok: false, error: expect.objectContaining({ code: "TASK_RUN_CANCELLED" }) },
      ],
      pagination: {},
    });
  });

  it("come in pages of items, over however few of them", async () => {
    const { id, runs } = await batchOf([{}, { delay: "1h" }, {}, {}, {}]);
    await execute(() => ({}));
    const found: string[][] = [];
    let next: string | undefined = "";
    while (next !== undefined) {
      const after = next === "" ? "" : `&page[after]=${next}`;
      const { body }: { body: Results } = await results(id, { query: `?page[size]=2${after}` });
      found.push(body.items.map((item) => item.id));
      next = body.pagination.next;
    }
    expect(found).toEqual([[runs[0]], [runs[2], runs[3]], [runs[4]]]);
    for (const query of ["?page[size]=0", "?page[size]=101", "?page[after]=x"])
      expect((await results(id, { query })).status).toBe(400);
  });

  it("are refused where they are too many for one answer, which pages hold", async () => {
    const { id, runs } = await batchOf([{}, {}, {}]);
    await execute(() => ({ output: JSON.stringify("x".repeat(12 * 1024 * 1024)) }));
    const refused = await results(id);
    expect([refused.status, refused.body]).toMatchObject([
      413,
      { code: "payload_too_large", error: expect.stringContaining("page[size]") },
    ]);
    const { body } = await results(id, { query: "?page[size]=1&page[after]=1" });
    expect(body).toMatchObject({ items: [{ id: runs[2], ok: true }], pagination: {} });
  });

  it("are read by those who may read the batch, as far as they may read its runs", async () => {
    const earlier = await client.trigger({ idempotencyKey: "earlier" });
    const { id, runs } = await batchOf([{ idempotencyKey: "earlier" }, {}]);
    expect(runs[0]).toBe(earlier);
    await execute(() => ({}));
    const seen = async (as: string) => (await results(id, { as })).body.items.map((item) => item.id);
    expect(await seen(dev)).toEqual(runs);
    expect(await seen(await jwt("read:runs"))).toEqual(runs);
    expect(await seen(await jwt(`read:batch:${id}`))).toEqual([runs[1]]);
    expect(await seen(await jwt(`read:batch:${id}`, `read:runs:${earlier}`))).toEqual(runs);
    for (const scope of ["read:batch:batch_aaaaaaaaaaaaaaaaaaaaaaaa", `read:runs:${earlier}`, "read:tasks:hello"])
      expect((await results(id, { as: await jwt(scope) })).status, scope).toBe(403);
    expect((await results(id, { as: world.owner.environments.prod.apiKey })).status).toBe(404);
    expect((await results("batch_aaaaaaaaaaaaaaaaaaaaaaaa")).status).toBe(404);
  });
});
