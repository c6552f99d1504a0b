import { randomUUID } from "node:crypto";
import type { JsonObject } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { forge } from "../support/forge.js";
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

const trigger = (options: { as?: string; key?: string; task?: string; body?: JsonObject } = {}) => {
  const { as = dev, key, task = "hello", body = {} } = options;
  const headers: Record<string, string> = key === undefined ? {} : { "x-trigger-request-idempotency-key": key };
  return world.app.api<{ id: string } & JsonObject>("POST", `/api/v1/tasks/${task}/trigger`, { as, body, headers });
};
const countRuns = async () => Number((await world.pool.query("SELECT count(*) AS n FROM run")).rows[0].n);

/** A token as the published SDK signs one that may trigger once. */
function once(...scopes: string[]): string {
  const { id, apiKey } = world.owner.environments.dev;
  const iat = Math.floor(Date.now() / 1000);
  const claims = {
    sub: id,
    pub: true,
    scopes,
    otu: true,
    iss: "https://id.trigger.dev",
    aud: "https://api.trigger.dev",
  };
  return forge({ alg: "HS256" }, { ...claims, jti: randomUUID(), iat, exp: iat + 3600 }, apiKey);
}

describe("a trigger that is sent again", () => {
  it("makes one run, however often and at once", async () => {
    const before = await countRuns();
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 8 }, () => trigger({ key })));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    expect(answers[0]?.body).toMatchObject({ isCached: false });
    expect((await trigger({ key })).body.id).toBe(answers[0]?.body.id);
    expect(await countRuns()).toBe(before + 1);
  });

  it("is another one with another key, task or environment, or without a key that can be one", async () => {
    const key = randomUUID();
    const made = await Promise.all([
      trigger({ key }),
      trigger({ key, task: "other" }),
      trigger({ key, as: prod }),
      trigger({ key: randomUUID() }),
      trigger({ key: "short" }),
      trigger({ key: "short" }),
      trigger(),
    ]);
    expect(new Set(made.map(({ body }) => body.id)).size).toBe(made.length);
  });

  it("opens one batch", async () => {
    const headers = { "x-trigger-request-idempotency-key": randomUUID() };
    const open = () =>
      world.app.api<{ id: string }>("POST", "/api/v3/batches", { as: dev, body: { runCount: 2 }, headers });
    const answers = await Promise.all([open(), open(), open()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  });
});

describe("a one-time token", () => {
  it("triggers once", async () => {
    const as = once("trigger:tasks:hello", "read:runs");
    const before = await countRuns();
    const answers = await Promise.all(Array.from({ length: 6 }, () => trigger({ as })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401, 401]);
    expect(await countRuns()).toBe(before + 1);
    expect((await trigger({ as })).body).toMatchObject({ code: "unauthorized" });
    expect((await world.app.api("GET", "/api/v1/runs", { as })).status).toBe(200);
  });

  it("is for the same request as often as that is tried again, and for no other", async () => {
    const as = once("trigger:tasks");
    const key = randomUUID();
    const [first, again] = [await trigger({ as, key }), await trigger({ as, key })];
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body.id).toBe(first.body.id);
    expect((await trigger({ as, key, body: { options: { delay: "soon" } } })).status).toBe(400);
    expect((await trigger({ as, key: randomUUID() })).status).toBe(401);
    expect((await trigger({ as })).status).toBe(401);
  });

  it("opens one batch and fills that one", async () => {
    const as = once("batchTrigger:tasks");
    const send = (path: string, body: JsonObject) => world.app.api<{ id: string }>("POST", path, { as, body });
    const batch = await send("/api/v3/batches", { runCount: 1 });
    expect(batch.status).toBe(200);
    expect((await send("/api/v3/batches", { runCount: 1 })).status).toBe(401);
    const item = { index: 0, task: "hello" };
    expect((await send(`/api/v3/batches/${batch.body.id}/items`, item)).status).toBe(200);
    const { body: other } = await world.app.api("POST", "/api/v3/batches", { as: dev, body: { runCount: 1 } });
    expect((await send(`/api/v3/batches/${String(other["id"])}/items`, item)).status).toBe(401);
  });

  it("changes one thing, and prepares as much as it likes", async () => {
    const { body } = await trigger();
    const as = once("write:runs", "trigger:tasks");
    for (let turn = 0; turn < 2; turn++)
      expect((await world.app.api("PUT", "/api/v2/packets/a", { as })).status).toBe(200);
    const tag = (name: string) => world.app.api("POST", `/api/v1/runs/${body.id}/tags`, { as, body: { tags: [name] } });
    expect((await tag("first")).status).toBe(200);
    expect((await tag("second")).status).toBe(401);
    expect((await trigger({ as })).status).toBe(401);
    const read = await world.ok("GET", `/api/v3/runs/${body.id}`, { as: dev });
    expect(read).toMatchObject({ tags: ["first"] });
  });
});
