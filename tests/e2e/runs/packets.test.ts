import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startWorld, type World } from "../support/world.js";

const MIB = 1024 * 1024;

interface Packet {
  presignedUrl: string;
  storagePath: string;
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

const open = (as = dev) => world.ok<Packet>("PUT", "/api/v2/packets/payload.json", { as });
const upload = (url: string, content: string, type = "application/json") =>
  fetch(url, { method: "PUT", body: content, headers: { "content-type": type } }).then(({ status }) => status);
const trigger = (payload: string, as = dev) =>
  world.app.api("POST", "/api/v1/tasks/hello/trigger", {
    as,
    body: { payload, options: { payloadType: "application/store" } },
  });

describe("a packet", () => {
  it("becomes the payload of a run, of the type that it was uploaded as", async () => {
    const { presignedUrl, storagePath } = await open();
    expect(
      await upload(presignedUrl, JSON.stringify({ json: { text: "ä".repeat(MIB) } }), "application/super+json"),
    ).toBe(200);
    const { status, body } = await trigger(storagePath);
    expect(status).toBe(200);
    const run = await world.ok<{ payload: { text: string } }>("GET", `/api/v3/runs/${body["id"]}`, { as: dev });
    expect(run.payload.text).toHaveLength(MIB);
  });

  it("takes one content, again and again, and no other", async () => {
    const { presignedUrl, storagePath } = await open();
    expect(await upload(presignedUrl, '{"first":true}')).toBe(200);
    expect(await upload(presignedUrl, '{"first":true}')).toBe(200);
    expect(await upload(presignedUrl, '{"first":false}')).toBe(400);
    const { body } = await trigger(storagePath);
    expect(await world.ok("GET", `/api/v3/runs/${body["id"]}`, { as: dev })).toMatchObject({
      payload: { first: true },
    });
  });

  it("is of one environment, and of nobody before it was uploaded", async () => {
    const { presignedUrl, storagePath } = await open();
    expect((await trigger(storagePath)).status).toBe(400);
    await upload(presignedUrl, "{}");
    const theirs = await trigger(storagePath, prod);
    const nobodys = await trigger("packet_aaaaaaaaaaaaaaaaaaaaaaaa", prod);
    expect(theirs.status).toBe(400);
    expect({ ...theirs.body, requestId: "" }).toEqual({ ...nobodys.body, requestId: "" });
    expect((await trigger(storagePath)).status).toBe(200);
  });

  it("is bounded", async () => {
    const { presignedUrl, storagePath } = await open();
    expect(await upload(presignedUrl, "x".repeat(32 * MIB + 1)).catch(() => 413)).toBe(413);
    expect((await trigger(storagePath)).status).toBe(400);
    expect(await upload(presignedUrl, "a\0b")).toBe(400);
  });

  it("ends, and its URL with it", async () => {
    const { presignedUrl, storagePath } = await open();
    await upload(presignedUrl, "{}");
    await world.pool.query("UPDATE packet SET expires_at = now() WHERE id = $1", [storagePath]);
    expect((await trigger(storagePath)).status).toBe(400);
    expect(await upload(presignedUrl, "{}")).toBe(404);
    await open();
    expect((await world.pool.query("SELECT FROM packet WHERE id = $1", [storagePath])).rowCount).toBe(0);
  });

  it("has a URL that nobody can guess, and that no log names", async () => {
    const { presignedUrl } = await open();
    await upload(presignedUrl, "{}");
    const secret = presignedUrl.split("/").at(-1) ?? "";
    expect(
      await upload(presignedUrl.replace(secret, `${secret.slice(0, -1)}${secret.endsWith("A") ? "E" : "A"}`), "{}"),
    ).toBe(404);
    expect(world.app.log()).not.toContain(secret);
  });

  it("needs a scope that could use it", async () => {
    const jwt = async (scope: string) => (await world.exchange("dev", { claims: { scopes: [scope] } })).token;
    for (const scope of ["trigger:tasks:hello", "batchTrigger:tasks", "write:all"]) await open(await jwt(scope));
    for (const scope of ["read:all", "write:runs"])
      expect((await world.app.api("PUT", "/api/v2/packets/a", { as: await jwt(scope) })).status).toBe(403);
  });
});
