import { createHash } from "node:crypto";
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

  it("is open for a quarter of an hour, and there for a day", async () => {
    const [early, late] = [await open(), await open()];
    expect(await upload(early.presignedUrl, "{}")).toBe(200);
    const age = "UPDATE packet SET expires_at = expires_at - interval '15 minutes' WHERE id = ANY($1)";
    await world.pool.query(age, [[early.storagePath, late.storagePath]]);
    expect(await upload(early.presignedUrl, "{}")).toBe(404);
    expect(await upload(late.presignedUrl, "{}")).toBe(404);
    expect((await trigger(early.storagePath)).status).toBe(200);
  });

  it("is bounded", async () => {
    const { presignedUrl, storagePath } = await open();
    expect(await upload(presignedUrl, "x".repeat(32 * MIB + 1)).catch(() => 413)).toBe(413);
    expect((await trigger(storagePath)).status).toBe(400);
    expect(await upload(presignedUrl, "a\0b")).toBe(400);
  });

  it("is stored under its hash, once in its environment, and as long as the last packet of it", async () => {
    const text = JSON.stringify({ same: "content".repeat(100) });
    const hash = createHash("sha256").update(text).digest();
    const stored = async () =>
      (await world.pool.query("SELECT environment_id, size FROM packet_content WHERE hash = $1", [hash])).rows;
    const [first, second, theirs] = [await open(), await open(), await open(prod)];
    for (const { presignedUrl } of [first, second]) expect(await upload(presignedUrl, text)).toBe(200);
    const { dev: mine, prod: other } = world.owner.environments;
    expect(await stored()).toEqual([{ environment_id: mine.id, size: text.length }]);
    expect(await upload(theirs.presignedUrl, text)).toBe(200);
    expect((await stored()).map((row) => row.environment_id).sort()).toEqual([mine.id, other.id].sort());
    await world.pool.query("UPDATE packet SET expires_at = now() WHERE id = $1", [first.storagePath]);
    await open();
    expect((await trigger(first.storagePath)).status).toBe(400);
    expect((await trigger(second.storagePath)).status).toBe(200);
  });

  it("is refused where it would be more than an environment may upload, however many URLs are open", async () => {
    const [full, more] = [await open(), await open()];
    expect(await upload(full.presignedUrl, "the last that fits")).toBe(200);
    const hash = createHash("sha256").update("the last that fits").digest();
    const held = (size: number) =>
      world.pool.query("UPDATE packet_content SET size = $2 WHERE hash = $1", [hash, size]);
    await held(2 ** 31 - 1);
    await world.pool.query(
      `INSERT INTO packet_content SELECT environment_id, sha256(hash), content, size, expires_at
       FROM packet_content WHERE hash = $1`,
      [hash],
    );
    expect(await upload(more.presignedUrl, "one too many")).toBe(429);
    expect((await world.app.api("PUT", "/api/v2/packets/a", { as: dev })).status).toBe(429);
    expect(await upload(more.presignedUrl, "the last that fits")).toBe(200);
    await world.pool.query("DELETE FROM packet_content WHERE size = $1", [2 ** 31 - 1]);
    expect((await trigger(more.storagePath)).status).toBe(400);
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

describe("reading a packet", () => {
  const openToRead = (id: string, as: string) =>
    world.app.api<{ presignedUrl: string }>("GET", `/api/v1/packets/${id}`, { as });

  it("is for its environment alone, by a URL that shows nothing but it and ends", async () => {
    const { presignedUrl, storagePath } = await open();
    expect((await openToRead(storagePath, dev)).status).toBe(404);
    await upload(presignedUrl, "<script>alert(1)</script>", "text/html");
    const { status, body } = await openToRead(storagePath, dev);
    expect(status).toBe(200);
    const read = await fetch(body.presignedUrl);
    expect([read.status, await read.text()]).toEqual([200, "<script>alert(1)</script>"]);
    expect(read.headers.get("content-disposition")).toBe("attachment");
    expect(read.headers.get("content-security-policy")).toContain("default-src 'none'");
    const other = await open();
    await upload(other.presignedUrl, "{}");
    const last = body.presignedUrl.endsWith("A") ? "E" : "A";
    for (const url of [
      body.presignedUrl.replace(storagePath, other.storagePath),
      body.presignedUrl.replace(/\.(\d{13})\./, (_, at: string) => `.${Number(at) + 1}.`),
      `${body.presignedUrl.slice(0, -1)}${last}`,
      presignedUrl.replace("upload", "read"),
    ])
      expect((await fetch(url)).status, url).toBe(404);
    const theirs = await openToRead(storagePath, prod);
    const nobodys = await openToRead("packet_aaaaaaaaaaaaaaaaaaaaaaaa", prod);
    expect(theirs.status).toBe(404);
    expect({ ...theirs.body, requestId: "" }).toEqual({ ...nobodys.body, requestId: "" });
    const narrow = (await world.exchange("dev", { claims: { scopes: ["trigger:tasks"] } })).token;
    expect((await openToRead(storagePath, narrow)).status).toBe(403);
    await world.pool.query("UPDATE packet SET expires_at = now() WHERE id = $1", [storagePath]);
    expect((await fetch(body.presignedUrl)).status).toBe(404);
  });
});

it("an environment that has uploaded its day's worth is told when to come again", async () => {
  const { storagePath } = await open(prod);
  await world.pool.query(
    `INSERT INTO packet (environment_id, id, secret_hash, expires_at)
     SELECT environment_id, 'packet_' || lpad(n::text, 24, '0'), sha256(n::text::bytea), expires_at
     FROM packet, generate_series(1, 9999) n WHERE id = $1`,
    [storagePath],
  );
  const { status, headers } = await world.app.api("PUT", "/api/v2/packets/payload.json", { as: prod });
  expect(status).toBe(429);
  const wait = Number(headers.get("retry-after"));
  expect(wait).toBeGreaterThan(0);
  expect(Number(headers.get("x-ratelimit-reset"))).toBeGreaterThan(Date.now() + (wait - 60) * 1000);
  expect(await open()).toMatchObject({ storagePath: expect.any(String) });
});
