import type { JsonObject } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { open } from "../support/forge.js";
import { expectGeneric401 } from "../support/generic-401.js";
import { selfSigned } from "../support/self-signed.js";
import { fingerprint } from "../support/state.js";
import { createMember, startWorld, type Tenant, type World } from "../support/world.js";

let world: World;
let member: Tenant;

beforeAll(async () => {
  world = await startWorld();
  member = await createMember(world, "member");
});

afterAll(() => world?.stop());

const exchangeAt = (
  ref: string,
  env: string,
  as: string,
  body: JsonObject = {},
  headers: Record<string, string> = {},
) => world.app.api("POST", `/api/v1/projects/${ref}/${env}/jwt`, { as, body, headers });

const seconds = (iso: string) => Math.floor(Date.parse(iso) / 1000);
const runsOf = async (as: string, headers: Record<string, string> = {}) =>
  world.app.api<{ data: { id: string }[] }>("GET", "/api/v1/runs", { as, headers });

describe("the life of an exchanged token", () => {
  it("ends with its parent's at the latest, however long was asked for", async () => {
    const { token, expiresAt } = await world.mint({ ttlSeconds: 90 });
    for (const expirationTime of ["1h", "365d", 3600, 31_536_000, Math.floor(Date.now() / 1000) + 86_400]) {
      const exchanged = await world.exchange("dev", { expirationTime }, token);
      expect(open(exchanged.token).claims["exp"]).toBeLessThanOrEqual(seconds(expiresAt));
      expect(exchanged.expiresAt).toBe(expiresAt);
    }
  });

  it("ends with the personal access token's where that expires first", async () => {
    const short = await world.app.admin<{ token: string; expiresAt: string }>(
      "pat",
      "create",
      "--email",
      world.owner.email,
      "--name",
      "short",
      "--ttl-seconds",
      "60",
    );
    const uat = await world.mint({ ttlSeconds: 7200 }, short.token);
    for (const as of [short.token, uat.token]) {
      const exchanged = await world.exchange("dev", { expirationTime: "2h" }, as);
      expect(open(exchanged.token).claims["exp"]).toBeLessThanOrEqual(seconds(short.expiresAt));
    }
  });

  it("is not renewed by exchanging again and again", async () => {
    const { token, expiresAt } = await world.mint({ ttlSeconds: 120 });
    for (let round = 0; round < 20; round++) {
      const exchanged = await world.exchange("dev", { expirationTime: "1h" }, token);
      expect(seconds(exchanged.expiresAt)).toBeLessThanOrEqual(seconds(expiresAt));
      expectGeneric401(await exchangeAt(world.owner.ref, "dev", exchanged.token, { expirationTime: "1h" }));
    }
  });

  const EXPIRIES: unknown[] = [
    -1,
    0,
    -0.5,
    0.5,
    -1e9,
    1e9,
    16e8,
    31536001,
    1e12,
    1e15,
    1e300,
    Number.MAX_SAFE_INTEGER,
    -1e300,
    "",
    " ",
    "never",
    "endless",
    "infinity",
    "Infinity",
    "NaN",
    "-1h",
    "0s",
    "0",
    "-0",
    "1",
    "3600",
    "h",
    "1 ",
    "1x",
    "1hx",
    "1e9h",
    "9e99d",
    "366d",
    "100y",
    "1h;1h",
    "1h -2h",
    "--1h",
    "+1h",
    "1h\n",
    "1h\0",
    "١h",
    "１h",
    "0x10h",
    "tomorrow",
    "2030-01-01",
    "2030-01-01T00:00:00Z",
    "P1D",
    "PT1H",
    "1h".repeat(40),
    "9".repeat(64),
    "9".repeat(5e3),
    `${"1".repeat(400)}h`,
    true,
    false,
    null,
    [],
    ["1h"],
    {},
    { valueOf: 1 },
    [3600],
  ];

  it.each(EXPIRIES.map((expirationTime) => ({ expirationTime, name: JSON.stringify(expirationTime)?.slice(0, 40) })))(
    "is not $name",
    async ({ expirationTime }) => {
      const before = await fingerprint(world.pool);
      const { status, body, text } = await exchangeAt(world.owner.ref, "dev", world.owner.pat, { expirationTime });
      expect(status, text).toBe(400);
      expect(body["code"]).toBe("invalid_request");
      expect(await fingerprint(world.pool)).toEqual(before);
    },
  );

  it.each(["NaN", "Infinity", "1e999", "-1e999", "-0"])("is not the raw number %s", async (raw) => {
    const { status, text } = await world.app.api("POST", `/api/v1/projects/${world.owner.ref}/dev/jwt`, {
      as: world.owner.pat,
      raw: `{"expirationTime":${raw}}`,
      headers: { "content-type": "application/json" },
    });
    expect(status, text).toBe(400);
  });

  it("is told everything that is wrong with it at once", async () => {
    const asked = { claims: { scopes: ["read:runs", "nope", "worse"] }, expirationTime: 0 };
    const { status, body, text } = await exchangeAt(world.owner.ref, "dev", world.owner.pat, asked);
    expect(status, text).toBe(400);
    for (const path of ["body.claims.scopes[1]", "body.claims.scopes[2]", "body.expirationTime"]) {
      expect(body["error"]).toContain(path);
      expect(body["issues"]).toContainEqual(expect.objectContaining({ path }));
    }
    expect(body["issues"]).toHaveLength(3);
  });

  it("reads an expiry in linear time", async () => {
    const started = performance.now();
    for (const text of ["1h ".repeat(21), `${"1".repeat(63)}!`, `${"1 ".repeat(32)}`, `${"a".repeat(63)}1`]) {
      await exchangeAt(world.owner.ref, "dev", world.owner.pat, { expirationTime: text });
    }
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe("a caller that sends claims of its own", () => {
  it("has them ignored", async () => {
    const { owner, stranger } = world;
    const forged = {
      sub: stranger.environments.prod.id,
      act: {
        sub: stranger.userId,
        pat: stranger.patId,
        client: "evil",
      },
      ...{
        pat: stranger.patId,
        uat: "uat_aaaaaaaaaaaaaaaaaaaaaaaa",
        pub: false,
        iss: "evil",
        aud: "evil",
        exp: 9999999999,
      },
    };
    const uat = await world.mint({ cap: ["read:runs"], client: "honest" });
    const exchanged = await world.exchange(
      "dev",
      { ...forged, claims: { ...forged, scopes: ["read:runs"] } },
      uat.token,
    );
    const { claims } = open(exchanged.token);
    expect(claims).toMatchObject({
      sub: owner.environments.dev.id,
      pub: true,
      iss: "https://id.trigger.dev",
      aud: "https://api.trigger.dev",
      act: {
        sub: owner.userId,
        pat: owner.patId,
        uat: uat.id,
        client: "honest",
      },
      scopes: ["read:runs"],
    });
    expect(Object.keys(claims).sort()).toEqual(["act", "aud", "exp", "iat", "iss", "pub", "scopes", "sub"]);
  });

  it("cannot reach them through a prototype either", async () => {
    const raw = `{"__proto__":{"claims":{"scopes":["admin"]}},"claims":{"__proto__":{"scopes":["admin"]},"scopes":["read:runs"]}}`;
    const { body } = await world.app.api("POST", `/api/v1/projects/${world.owner.ref}/dev/jwt`, {
      as: world.owner.pat,
      raw,
      headers: { "content-type": "application/json" },
    });
    expect(body["scopes"]).toEqual(["read:runs"]);
  });

  it.each([
    "a\nb",
    "a\rb",
    "a\r\nset-cookie: x=1",
    "a\u0000b",
    "a\u0085b",
    "a\u2028b",
    "a\u2029b",
    "\u001b[31m",
    "",
    "x".repeat(256),
    "\ud800",
  ])("cannot name a client %j", async (client) => {
    const before = await fingerprint(world.pool);
    const answer = await world.app.api("POST", "/api/v1/auth/user-actor-token", {
      as: world.owner.pat,
      body: { client },
    });
    expect(answer.status).toBe(400);
    expect(await fingerprint(world.pool)).toEqual(before);
  });
});

describe("an exchange for another's project", () => {
  it("answers as if there were none, whatever is asked", async () => {
    const { owner, stranger } = world;
    const uat = await world.mint();
    const unknown = await exchangeAt("proj_aaaaaaaaaaaaaaaaaaaaaaaa", "dev", owner.pat);
    expect(unknown.status).toBe(404);
    expect(unknown.body["error"]).toBe("Project not found");
    const refs = [stranger.ref, stranger.org, stranger.ref.toUpperCase(), `${owner.ref}%20`, "*", "%00", "__proto__"];
    for (const ref of refs) {
      for (const as of [owner.pat, uat.token]) {
        for (const body of [{}, { claims: { scopes: ["admin"] } }]) {
          const answer = await exchangeAt(ref, "dev", as, body);
          expect(answer.status).toBe(404);
          expect({ ...answer.body, requestId: 0 }).toEqual({ ...unknown.body, requestId: 0 });
        }
      }
    }
  });

  it("answers 404 for an environment that cannot be", async () => {
    for (const env of [
      "DEV",
      "production",
      "development",
      "dev%20",
      "__proto__",
      "constructor",
      "%64ev%00",
      "dev%2fjwt",
      world.owner.environments.prod.id,
    ]) {
      expect((await exchangeAt(world.owner.ref, env, world.owner.pat)).status).toBe(404);
    }
  });
});

describe("an environment JWT", () => {
  it("acts in its own environment alone", async () => {
    const { owner, stranger } = world;
    const trigger = (as: string) =>
      world.ok<{ id: string }>("POST", "/api/v1/tasks/hello/trigger", { as, body: { payload: 1 } });
    const inProd = await trigger(owner.environments.prod.apiKey);
    const elsewhere = await trigger(stranger.environments.dev.apiKey);
    const inDev = await trigger(owner.environments.dev.apiKey);
    const { token } = await world.exchange("dev", { claims: { scopes: ["*:all"] } });
    const list = await runsOf(token);
    expect(list.body.data.map(({ id }) => id)).toEqual([inDev.id]);
    const missing = await world.app.api("GET", "/api/v3/runs/run_aaaaaaaaaaaaaaaaaaaaaaaa", { as: token });
    for (const { id } of [inProd, elsewhere]) {
      const read = await world.app.api("GET", `/api/v3/runs/${id}`, { as: token });
      expect(read.status).toBe(404);
      expect({ ...read.body, requestId: 0 }).toEqual({ ...missing.body, requestId: 0 });
      const cursor = await world.app.api("GET", `/api/v1/runs?page[after]=${id}`, { as: token });
      const unknown = await world.app.api("GET", "/api/v1/runs?page[after]=run_aaaaaaaaaaaaaaaaaaaaaaaa", {
        as: token,
      });
      expect({ ...cursor.body, requestId: 0 }).toEqual({ ...unknown.body, requestId: 0 });
    }
    for (const env of ["prod", "staging", "preview", "dev,prod"]) {
      const filtered = await world.app.api<{ data: { id: string }[] }>("GET", `/api/v1/runs?filter[env]=${env}`, {
        as: token,
      });
      expect(filtered.body.data.filter(({ id }) => id !== inDev.id)).toEqual([]);
    }
  });

  it("acts in its own branch alone", async () => {
    const { owner } = world;
    const branch = (name: string, env = "preview") =>
      world.ok<{ id: string }>("POST", `/api/v1/projects/${owner.ref}/branches`, {
        as: owner.pat,
        body: { branch: name, env },
      });
    await branch("one");
    await branch("two");
    await branch("mine", "dev");
    const scopes = { claims: { scopes: ["*:all"] } };
    const one = await world.exchange("preview", scopes, owner.pat, { "x-trigger-branch": "one" });
    const two = await world.exchange("preview", scopes, owner.pat, { "x-trigger-branch": "two" });
    const mine = await world.exchange("dev", scopes, owner.pat, { "x-trigger-branch": "mine" });
    await world.ok("POST", "/api/v1/tasks/hello/trigger", { as: one.token, body: {} });
    expect((await runsOf(one.token)).body.data).toHaveLength(1);
    expect((await runsOf(two.token)).body.data).toHaveLength(0);
    expect((await runsOf(one.token, { "x-trigger-branch": "one" })).status).toBe(200);
    for (const [jwt, other] of [
      ...([
        [one, "two"],
        [one, "mine"],
        [two, "one"],
        [mine, "one"],
        [one, "none"],
        [one, "ONE"],
      ] as const),
    ]) {
      expect((await runsOf(jwt.token, { "x-trigger-branch": other })).status).toBe(404);
    }
    const { token: dev } = await world.exchange("dev", scopes);
    expect((await runsOf(dev, { "x-trigger-branch": "mine" })).status).toBe(404);
    const trigger = await world.app.api("POST", "/api/v1/tasks/hello/trigger", {
      as: dev,
      body: {},
      headers: { "x-trigger-branch": "mine" },
    });
    expect(trigger.status).toBe(404);
    expect((await runsOf(mine.token)).body.data).toHaveLength(0);
  });

  it("names its branch where there can be one, and none elsewhere", async () => {
    const { owner } = world;
    expect((await exchangeAt(owner.ref, "preview", owner.pat)).status).toBe(400);
    for (const env of ["staging", "prod"]) {
      expect((await exchangeAt(owner.ref, env, owner.pat, {}, { "x-trigger-branch": "one" })).status).toBe(400);
    }
    for (const name of ["none", "one ", "ONE", "on", "one/", "%6fne", "__proto__", "'", "x".repeat(300), "a b"]) {
      const answer = await exchangeAt(owner.ref, "preview", owner.pat, {}, { "x-trigger-branch": name });
      expect([404, name.trim() === "one" ? 200 : 404], name).toContain(answer.status);
    }
  });

  it("of a dev environment is of the caller's own, never another member's", async () => {
    const { owner } = world;
    const own = await world.exchange("dev", {}, member.pat);
    expect(open(own.token).claims["sub"]).toBe(member.environments.dev.id);
    expect(member.environments.dev.id).not.toBe(owner.environments.dev.id);
    await world.ok("POST", `/api/v1/projects/${owner.ref}/branches`, {
      as: owner.pat,
      body: { branch: "private", env: "dev" },
    });
    const foreign = await exchangeAt(owner.ref, "dev", member.pat, {}, { "x-trigger-branch": "private" });
    expect(foreign.status).toBe(404);
    const forged = await runsOf(own.token, { "x-trigger-branch": "private" });
    expect(forged.status).toBe(404);
  });

  it("attributes what it does to the person and the token behind it, and to nobody when nobody vouches", async () => {
    const { owner } = world;
    const uat = await world.mint({ client: "ci" });
    const { token } = await world.exchange("dev", {}, uat.token);
    const actorOf = async (as: string) => {
      const { id } = await world.ok<{ id: string }>("POST", "/api/v1/tasks/who/trigger", { as, body: {} });
      const { rows } = await world.pool.query<{ actor: unknown }>("SELECT actor FROM run WHERE id = $1", [id]);
      return rows[0]?.actor;
    };
    const actor = { userId: owner.userId, client: "ci", patId: owner.patId, uatId: uat.id };
    expect(await actorOf(token)).toEqual(actor);
    expect(await actorOf(owner.environments.dev.apiKey)).toBeNull();
    expect(await actorOf(selfSigned(owner.environments.dev, ["*:all"]))).toBeNull();
  });

  it("gets no token for a run that it may not read, and for one that it may none that outlives it", async () => {
    const { token: parent, expiresAt } = await world.mint({ ttlSeconds: 60 });
    const triggered = async (scopes: string[]) => {
      const { token } = await world.exchange("dev", { claims: { scopes } }, parent);
      return world.app.api("POST", "/api/v1/tasks/narrow/trigger", { as: token, body: {} });
    };
    expect((await triggered(["trigger:tasks"])).headers.get("x-trigger-jwt")).toBeNull();
    expect((await triggered(["trigger:tasks:narrow", "read:tags"])).headers.get("x-trigger-jwt")).toBeNull();
    const { headers, body } = await triggered(["trigger:tasks", "read:runs"]);
    const { claims } = open(headers.get("x-trigger-jwt") ?? "");
    expect(claims["scopes"]).toEqual([`read:runs:${String(body["id"])}`]);
    expect(claims["exp"]).toBeLessThanOrEqual(seconds(expiresAt));
    expect(claims["act"]).toMatchObject({ sub: world.owner.userId, pat: world.owner.patId });
  });
});
