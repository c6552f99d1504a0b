import type { JsonObject } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startWorld, type World } from "../support/world.js";

let world: World;
let dev: string;
let prod: string;

beforeAll(async () => {
  world = await startWorld();
  dev = world.owner.environments.dev.apiKey;
  prod = world.owner.environments.prod.apiKey;
});
afterAll(() => world?.stop());

const trigger = async (options: JsonObject = {}, payload: unknown = { turn: 1 }): Promise<string> => {
  const body = { payload, options };
  return (await world.ok<{ id: string }>("POST", "/api/v1/tasks/hello/trigger", { as: dev, body })).id;
};
const read = (id: string) => world.ok("GET", `/api/v3/runs/${id}`, { as: dev });
const jwt = async (...scopes: string[]) => (await world.exchange("dev", { claims: { scopes } })).token;

describe("tags", () => {
  const tag = (id: string, tags: unknown, as = dev) =>
    world.app.api("POST", `/api/v1/runs/${id}/tags`, { as, body: { tags } });

  it("are added once each, and the run is found by them", async () => {
    const id = await trigger({ tags: ["first"] });
    expect((await tag(id, ["second", "first", "third"])).body).toMatchObject({ tags: ["first", "second", "third"] });
    expect((await tag(id, "fourth")).status).toBe(200);
    expect(await read(id)).toMatchObject({ tags: ["first", "second", "third", "fourth"] });
    expect(await world.ok("GET", "/api/v1/runs?filter[tag]=fourth", { as: dev })).toMatchObject({ data: [{ id }] });
  });

  it("are at most ten, also when they come at the same time", async () => {
    const id = await trigger();
    const answers = await Promise.all(Array.from({ length: 14 }, (_, turn) => tag(id, `tag-${turn}`)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(10);
    expect(statuses.filter((status) => status === 400)).toHaveLength(4);
    expect((await read(id))["tags"]).toHaveLength(10);
    const refused = await tag(id, ["one-more"]);
    expect(refused.body).toMatchObject({ code: "invalid_request", param: "body.tags" });
  });

  it.each([[[]], [""], [["x".repeat(129)]], [[1]], [null], [["a\nb"]]])("are refused as %j", async (tags) => {
    const id = await trigger();
    expect((await tag(id, tags)).status).toBe(400);
    expect(await read(id)).toMatchObject({ tags: [] });
  });
});

describe("metadata", () => {
  const change = (id: string, body: JsonObject, as = dev) =>
    world.app.api("PUT", `/api/v1/runs/${id}/metadata`, { as, body });

  it("is replaced, and changed by operations", async () => {
    const id = await trigger({ metadata: { old: true } });
    expect((await change(id, { metadata: { step: 1 } })).body).toEqual({ metadata: { step: 1 } });
    const { body } = await change(id, {
      operations: [
        { type: "increment", key: "step", value: 2 },
        { type: "append", key: "$.log.lines", value: "started" },
      ],
    });
    expect(body).toEqual({ metadata: { step: 3, log: { lines: ["started"] } } });
    expect(await read(id)).toMatchObject({ metadata: { step: 3, log: { lines: ["started"] } } });
  });

  it("loses no operation to another at the same time", async () => {
    const id = await trigger();
    const increment = { operations: [{ type: "increment", key: "$.count", value: 1 }] };
    await Promise.all(Array.from({ length: 20 }, () => change(id, increment)));
    expect(await read(id)).toMatchObject({ metadata: { count: 20 } });
  });

  it("of the parent and the root changes with the run's, if the caller may", async () => {
    const root = await trigger();
    const parent = await trigger({ parentRunId: root });
    const child = await trigger({ parentRunId: parent });
    const set = (value: string) => [{ type: "set", key: "by", value }];
    const body = { operations: set("self"), parentOperations: set("child"), rootOperations: set("grandchild") };
    const narrow = await jwt(`write:runs:${child}`, `write:runs:${parent}`);
    const refused = await change(child, body, narrow);
    expect([refused.status, refused.body["scopes"]]).toEqual([403, [`write:runs:${root}`]]);
    for (const id of [root, parent, child]) expect(await read(id)).not.toHaveProperty("metadata");
    expect((await change(child, body)).body).toEqual({ metadata: { by: "self" } });
    expect(await read(parent)).toMatchObject({ metadata: { by: "child" } });
    expect(await read(root)).toMatchObject({ metadata: { by: "grandchild" } });
    const alone = await change(root, { parentOperations: [{ type: "set", key: "kin", value: null }] });
    expect(alone.body).toEqual({ metadata: { by: "grandchild", kin: null } });
  });

  it("is bounded", async () => {
    const id = await trigger();
    const body = { metadata: { text: "x".repeat(256 * 1024) } };
    expect((await change(id, body)).status).toBe(413);
    expect(await read(id)).not.toHaveProperty("metadata");
  });

  it.each([
    { metadata: [] },
    { metadata: null },
    { operations: [{ type: "multiply", key: "a", value: 2 }] },
    { operations: [{ type: "increment", key: "a", value: "2" }] },
    { operations: [{ type: "set", key: "" }] },
    { operations: "all" },
  ])("is refused as %j", async (body) => {
    expect((await change(await trigger(), body)).status).toBe(400);
  });
});

describe("a replay", () => {
  it("is a new run with the same payload and options, at once and without the key", async () => {
    const id = await trigger({
      tags: ["a"],
      metadata: { from: "first" },
      queue: { name: "slow" },
      concurrencyKey: "c",
      idempotencyKey: "replayed",
      ttl: "2h",
      delay: "1h",
      test: true,
      maxAttempts: 3,
    });
    await world.app.api("POST", `/api/v1/runs/${id}/tags`, { as: dev, body: { tags: ["b"] } });
    const { id: again } = await world.ok<{ id: string }>("POST", `/api/v1/runs/${id}/replay`, { as: dev });
    expect(again).not.toBe(id);
    const run = await read(again);
    expect(run).toMatchObject({
      status: "QUEUED",
      taskIdentifier: "hello",
      payload: { turn: 1 },
      tags: ["a", "b"],
      metadata: { from: "first" },
      ttl: "2h",
      isTest: true,
    });
    expect(run).not.toHaveProperty("idempotencyKey");
    expect(run).not.toHaveProperty("delayedUntil");
    expect(await world.ok("GET", "/api/v1/runs?filter[queue]=slow", { as: dev })).toMatchObject({
      data: [{ id: again }, { id }],
    });
    expect(await trigger({ idempotencyKey: "replayed" })).toBe(id);
  });

  it.each([
    ["nothing", undefined, undefined],
    ["text", "plain", { payloadType: "text/plain" }],
    ["superjson", '{"json":{"a":1}}', { payloadType: "application/super+json" }],
    ["a JSON string", "text", undefined],
  ])("carries %s", async (_what, payload, options) => {
    const body = { ...(payload === undefined ? {} : { payload }), ...(options ? { options } : {}) };
    const { id } = await world.ok<{ id: string }>("POST", "/api/v1/tasks/hello/trigger", { as: dev, body });
    const { id: again } = await world.ok<{ id: string }>("POST", `/api/v1/runs/${id}/replay`, { as: dev });
    expect((await read(again))["payload"]).toEqual((await read(id))["payload"]);
  });
});

describe("the reset of an idempotency key", () => {
  const reset = (key: string, taskIdentifier: string, as = dev) =>
    world.app.api("POST", `/api/v1/idempotencyKeys/${encodeURIComponent(key)}/reset`, { as, body: { taskIdentifier } });

  it("frees it for that task alone", async () => {
    const key = "order 7/ä";
    const id = await trigger({ idempotencyKey: key });
    const other = { as: dev, body: { options: { idempotencyKey: key } } };
    const kept = await world.ok("POST", "/api/v1/tasks/other/trigger", other);
    expect((await reset(key, "hello")).body).toEqual({ id: key });
    expect(await trigger({ idempotencyKey: key })).not.toBe(id);
    expect(await world.ok("POST", "/api/v1/tasks/other/trigger", other)).toMatchObject({ id: kept["id"] });
    expect((await reset(key, "nobodys")).status).toBe(404);
  });

  it("needs the scope of the run that holds it", async () => {
    const id = await trigger({ idempotencyKey: "guarded" });
    const other = await jwt(`write:runs:${await trigger()}`);
    for (const key of ["guarded", "unknown"]) expect((await reset(key, "hello", other)).status).toBe(403);
    expect(await trigger({ idempotencyKey: "guarded" })).toBe(id);
    expect((await reset("guarded", "hello", await jwt(`write:runs:${id}`))).status).toBe(200);
  });
});

describe("a run of another environment", () => {
  it("is not found, and does not change", async () => {
    const id = await trigger({ tags: ["mine"], metadata: { mine: true }, idempotencyKey: "mine" });
    const before = await read(id);
    for (const [method, path, body] of [
      ["POST", `/api/v1/runs/${id}/tags`, { tags: ["theirs"] }],
      ["PUT", `/api/v1/runs/${id}/metadata`, { metadata: {} }],
      ["POST", `/api/v1/runs/${id}/replay`, {}],
      ["POST", "/api/v1/idempotencyKeys/mine/reset", { taskIdentifier: "hello" }],
    ] as const) {
      const theirs = await world.app.api(method, path, { as: prod, body });
      const nobodys = await world.app.api(method, path.replace(id, "run_aaaaaaaaaaaaaaaaaaaaaaaa"), { as: prod, body });
      expect(theirs.status, path).toBe(404);
      expect({ ...theirs.body, requestId: "" }).toEqual({ ...nobodys.body, requestId: "" });
    }
    expect(await read(id)).toEqual(before);
  });
});

describe("a worker's variables", () => {
  it("are those of the key's environment that are not secret", async () => {
    const { ref, pat } = world.owner;
    for (const [env, name, value, isSecret] of [
      ["dev", "OPEN", "seen", false],
      ["dev", "HIDDEN", "never-seen", true],
      ["prod", "OTHER", "elsewhere", false],
    ] as const) {
      const body = { name, value, isSecret };
      await world.ok("POST", `/api/v1/projects/${ref}/envvars/${env}`, { as: pat, body });
    }
    const answer = await world.app.api("GET", `/api/v1/projects/${ref}/envvars`, { as: dev });
    expect(answer.body).toEqual({ variables: { OPEN: "seen" } });
    expect(answer.text).not.toContain("HIDDEN");
    expect((await world.app.api("GET", `/api/v1/projects/${ref}/envvars`, { as: pat })).status).toBe(401);
  });
});

describe("rescheduling", () => {
  const reschedule = (id: string, delay: unknown, as = dev) =>
    world.app.api("POST", `/api/v1/runs/${id}/reschedule`, { as, body: { delay } });

  it("gives a delayed run another time, and what is left of its lifetime from then on", async () => {
    const id = await trigger({ delay: "1h", ttl: "10m" });
    const at = new Date(Date.now() + 7_200_000).toISOString();
    const answer = await reschedule(id, at);
    expect([answer.status, answer.body]).toMatchObject([200, { id, status: "DELAYED", delayedUntil: at }]);
    const { rows } = await world.pool.query(
      "SELECT ready_at, expires_at - ready_at AS left FROM queue_item WHERE run_id = $1",
      [id],
    );
    expect(rows[0]).toMatchObject({ ready_at: new Date(at), left: { minutes: 10 } });
    await reschedule(id, "0s");
    await expect.poll(async () => (await read(id))["status"], { timeout: 10_000 }).toBe("QUEUED");
  });

  it("is for delayed runs alone, with a delay that is one", async () => {
    const [delayed, queued] = [await trigger({ delay: "1h" }), await trigger()];
    const refused = await reschedule(queued, "1h");
    expect([refused.status, refused.headers.get("x-should-retry")]).toEqual([409, "false"]);
    for (const delay of ["soon", "", null, 7, {}, "9".repeat(99)])
      expect((await reschedule(delayed, delay)).status).toBe(400);
    expect((await reschedule(delayed, "2h", prod)).status).toBe(404);
    expect((await reschedule("run_aaaaaaaaaaaaaaaaaaaaaaaa", "2h")).status).toBe(404);
    const before = await read(delayed);
    for (const scope of ["read:runs", `write:runs:${queued}`, "trigger:tasks"])
      expect((await reschedule(delayed, "3h", await jwt(scope))).status).toBe(403);
    expect(await read(delayed)).toEqual(before);
  });

  it("shows a run to nobody who may not read it", async () => {
    const id = await trigger({ delay: "1h" }, { secret: 42 });
    expect((await reschedule(id, "2h", await jwt(`write:runs:${id}`))).body).toEqual({ id });
  });
});
