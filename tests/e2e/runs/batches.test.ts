import type { JsonObject } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startWorld, type World } from "../support/world.js";

interface Batch {
  id: string;
  isCached: boolean;
}

let world: World;
let dev: string;
let prod: string;

beforeAll(async () => {
  world = await startWorld();
  dev = world.owner.environments.dev.apiKey;
  prod = world.owner.environments.prod.apiKey;
});
afterAll(() => world?.stop());

const open = (body: JsonObject, as = dev) => world.app.api<Batch & JsonObject>("POST", "/api/v3/batches", { as, body });
const opened = async (body: JsonObject): Promise<string> => (await open(body)).body.id;
const add = (id: string, items: readonly unknown[] | string, as = dev) =>
  world.app.api("POST", `/api/v3/batches/${id}/items`, {
    as,
    raw: typeof items === "string" ? items : items.map((item) => `${JSON.stringify(item)}\n`).join(""),
    headers: { "content-type": "application/x-ndjson" },
  });
const item = (index: number, more: JsonObject = {}) => ({ index, task: "hello", payload: { index }, ...more });
const read = (id: string) => world.ok<{ runs: string[] }>("GET", `/api/v2/batches/${id}`, { as: dev });
const countRuns = async (): Promise<number> =>
  Number((await world.pool.query<{ count: string }>("SELECT count(*) FROM run")).rows[0]?.count);
const jwt = async (...scopes: string[]) => (await world.exchange("dev", { claims: { scopes } })).token;

describe("a batch", () => {
  it("triggers its items in their order, and is sealed by the last", async () => {
    const id = await opened({ runCount: 3 });
    expect((await add(id, [item(1), item(0)])).body).toEqual({
      id,
      itemsAccepted: 2,
      itemsDeduplicated: 0,
      sealed: false,
    });
    expect(await read(id)).toMatchObject({ id, status: "PENDING", runCount: 3 });
    expect((await add(id, [item(2, { task: "other" })])).body).toMatchObject({ itemsAccepted: 1, sealed: true });
    const batch = await read(id);
    expect(batch).toMatchObject({ status: "PROCESSING", successfulRunCount: 0, failedRunCount: 0 });
    expect(batch.runs).toHaveLength(3);
    for (const [index, run] of batch.runs.entries())
      expect(await world.ok("GET", `/api/v3/runs/${run}`, { as: dev })).toMatchObject({
        payload: { index },
        batchId: id,
        triggerFunction: "batchTrigger",
      });
    const listed = await world.ok<{ data: { id: string }[] }>("GET", `/api/v1/runs?filter[batch]=${id}`, { as: dev });
    expect(listed.data.map((run) => run.id).toSorted()).toEqual(batch.runs.toSorted());
  });

  it("triggers no item twice, however often and at once it is sent", async () => {
    const id = await opened({ runCount: 20 });
    const before = await countRuns();
    const items = Array.from({ length: 20 }, (_, index) => item(index));
    const answers = await Promise.all(Array.from({ length: 4 }, () => add(id, [...items, item(0)])));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await add(id, items)).body).toEqual({ id, itemsAccepted: 0, itemsDeduplicated: 20, sealed: true });
    expect(await countRuns()).toBe(before + 20);
    expect(new Set((await read(id)).runs).size).toBe(20);
  });

  it("is the same for an idempotency key, and holds the run that an item's key found", async () => {
    const first = await open({ runCount: 1, idempotencyKey: "batch-key" });
    const again = await open({ runCount: 1, idempotencyKey: "batch-key" });
    expect([first.body.isCached, again.body.isCached]).toEqual([false, true]);
    expect(again.body.id).toBe(first.body.id);
    const keyed = { options: { idempotencyKey: "item-key" } };
    const run = await world.ok("POST", "/api/v1/tasks/hello/trigger", { as: dev, body: keyed });
    await add(first.body.id, [item(0, keyed)]);
    expect((await read(first.body.id)).runs).toEqual([run["id"]]);
    const elsewhere = await open({ runCount: 1, idempotencyKey: "batch-key" }, prod);
    expect(elsewhere.body.id).not.toBe(first.body.id);
  });
});

describe("a batch that is sent as a stream", () => {
  it("is stored as it comes, and what was stored before the connection broke is not triggered again", async () => {
    const id = await opened({ runCount: 450 });
    const before = await countRuns();
    const lines = Array.from({ length: 450 }, (_, index) => `${JSON.stringify(item(index))}\n`);
    let sent = 0;
    const cut = new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (sent < 250) return controller.enqueue(new TextEncoder().encode(lines.slice(sent, (sent += 50)).join("")));
        // Two whole groups are stored while the request is still under way.
        await expect.poll(async () => (await countRuns()) - before, { timeout: 20_000 }).toBe(200);
        controller.error(new Error("the connection breaks"));
      },
    });
    const init: RequestInit & { duplex: "half" } = { method: "POST", body: cut, duplex: "half" };
    const headers = { authorization: `Bearer ${dev}`, "content-type": "application/x-ndjson" };
    await expect(fetch(`${world.app.origin}/api/v3/batches/${id}/items`, { ...init, headers })).rejects.toThrow(
      "fetch failed",
    );
    expect((await read(id)).runs).toHaveLength(200);
    expect((await add(id, lines.join(""))).body).toEqual({
      id,
      itemsAccepted: 250,
      itemsDeduplicated: 200,
      sealed: true,
    });
    expect(await countRuns()).toBe(before + 450);
    const { runs } = await read(id);
    expect(await world.ok("GET", `/api/v3/runs/${runs[449]}`, { as: dev })).toMatchObject({ payload: { index: 449 } });
  });

  it("keeps what stood before a hundred lines of which one is wrong, and nothing of those", async () => {
    const id = await opened({ runCount: 200 });
    const items = Array.from({ length: 200 }, (_, index) => item(index, index === 150 ? { task: "" } : {}));
    const { status, body } = await add(id, items);
    expect([status, body["param"]]).toEqual([400, "body[150].task"]);
    expect((await read(id)).runs).toHaveLength(100);
    expect(
      (
        await add(
          id,
          Array.from({ length: 200 }, (_, index) => item(index)),
        )
      ).body,
    ).toMatchObject({
      itemsAccepted: 100,
      sealed: true,
    });
  });

  it("ends when its credential does", async () => {
    const { token } = await world.exchange("dev", { claims: { scopes: ["batchTrigger:tasks", "read:batch"] } });
    const id = await opened({ runCount: 300 });
    const before = await countRuns();
    const lines = Array.from({ length: 300 }, (_, index) => `${JSON.stringify(item(index))}\n`);
    let sent = 0;
    const slow = new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (sent === 100) {
          await expect.poll(async () => (await countRuns()) - before, { timeout: 20_000 }).toBe(100);
          await world.pool.query("UPDATE personal_access_token SET revoked_at = now() WHERE id = $1", [
            world.owner.patId,
          ]);
        }
        // What is still being written when the refusal comes would break the connection before it is read.
        if (sent === 200) return new Promise<void>(() => {});
        controller.enqueue(new TextEncoder().encode(lines.slice(sent, (sent += 100)).join("")));
      },
    });
    const init: RequestInit & { duplex: "half" } = { method: "POST", body: slow, duplex: "half" };
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/x-ndjson" };
    const answer = await fetch(`${world.app.origin}/api/v3/batches/${id}/items`, { ...init, headers }).finally(() =>
      world.pool.query("UPDATE personal_access_token SET revoked_at = NULL WHERE id = $1", [world.owner.patId]),
    );
    expect(answer.status).toBe(401);
    expect(await countRuns()).toBe(before + 100);
  });
});

describe("a batch's items", () => {
  it.each([
    ["an index past the end", [item(0), item(2)]],
    ["no index", [{ task: "hello" }]],
    ["no task", [{ index: 0 }]],
    ["a delay that is none", [item(0), item(1, { options: { delay: "soon" } })]],
    ["a lifetime that is none", [item(0, { options: { ttl: "short" } })]],
    ["too many tags", [item(0, { options: { tags: Array.from({ length: 11 }, String) } })]],
    ["a list", [[item(0)]]],
    ["no JSON", '{"index":0,"task":"hello"}\n{"index":1'],
    ["a packet that is none", [item(0, { payload: "packet_x", options: { payloadType: "application/store" } })]],
  ])("with %s are refused, and none is triggered", async (_what, items) => {
    const id = await opened({ runCount: 2 });
    const before = await countRuns();
    const { status, body } = await add(id, items);
    expect([status, body["code"]]).toEqual([400, "invalid_request"]);
    expect(await countRuns()).toBe(before);
    expect(await read(id)).toMatchObject({ status: "PENDING", runs: [] });
  });

  it.each([
    ["within a line", Buffer.from('{"index":0,"task":"hello","payload":"\xff"}\n', "latin1")],
    ["cut off at the end", Buffer.from('{"index":0,"task":"hello"}\n\xe2\x82', "latin1")],
  ])("that are no UTF-8 %s are refused, and none is triggered", async (_where, raw) => {
    const id = await opened({ runCount: 1 });
    const headers = { "content-type": "application/x-ndjson" };
    const { status, body } = await world.app.api("POST", `/api/v3/batches/${id}/items`, { as: dev, raw, headers });
    expect([status, body["error"]]).toEqual([400, "The body is not valid UTF-8."]);
    expect((await read(id)).runs).toEqual([]);
  });

  it("name every line that is wrong", async () => {
    const { body } = await add(await opened({ runCount: 9 }), [item(0), { index: -1 }, item(1), { task: "" }]);
    expect(body["param"]).toBe("body[1].index");
    expect(JSON.stringify(body["issues"])).toMatch(/body\[1\].*body\[3\]/);
  });

  it("are of the tasks that the batch was opened for", async () => {
    const id = await opened({ runCount: 2, taskIdentifiers: ["hello"] });
    expect((await add(id, [item(0), item(1, { task: "other" })])).status).toBe(400);
    expect((await read(id)).runs).toEqual([]);
  });
});

describe("the scopes of a batch", () => {
  it("are those of every task, when it is opened and when it is filled", async () => {
    const narrow = await jwt("batchTrigger:tasks:hello");
    expect((await open({ runCount: 1 }, narrow)).status).toBe(403);
    const refused = await open({ runCount: 1, taskIdentifiers: ["hello", "other"] }, narrow);
    expect([refused.status, refused.body["scopes"]]).toEqual([403, ["batchTrigger:tasks:other"]]);
    expect((await open({ runCount: 1, taskIdentifiers: ["hello"] }, narrow)).status).toBe(200);
    const id = await opened({ runCount: 2 });
    const before = await countRuns();
    expect((await add(id, [item(0), item(1, { task: "other" })], narrow)).status).toBe(403);
    expect(await countRuns()).toBe(before);
    expect((await add(id, [item(0)], narrow)).status).toBe(200);
    for (const scope of ["trigger:tasks", "write:runs", "read:all"])
      expect((await open({ runCount: 1, taskIdentifiers: ["hello"] }, await jwt(scope))).status).toBe(403);
  });

  it("to read it are its own, and its token's", async () => {
    const answer = await open({ runCount: 1 });
    const { id } = answer.body;
    await add(id, [item(0)]);
    const [run = ""] = (await read(id)).runs;
    const token = answer.headers.get("x-trigger-jwt") ?? "";
    for (const as of [token, await jwt(`read:batch:${id}`), await jwt("read:runs")]) {
      expect((await world.app.api("GET", `/api/v2/batches/${id}`, { as })).status).toBe(200);
      expect((await world.app.api("GET", `/api/v3/runs/${run}`, { as })).status).toBe(200);
    }
    const other = await opened({ runCount: 1 });
    expect((await world.app.api("GET", `/api/v2/batches/${other}`, { as: token })).status).toBe(403);
    expect((await world.app.api("GET", `/api/v2/batches/${other}`, { as: prod })).status).toBe(404);
    expect((await add(other, [item(0)], prod)).status).toBe(404);
  });
});
