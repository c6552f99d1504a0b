import { setTimeout as sleep } from "node:timers/promises";
import { createEnvironmentKey, createPersonalAccessToken } from "@trigger.dev/core/ids";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectGeneric401, GENERIC_401 } from "../support/generic-401.js";
import { rawRequest, sendRaw } from "../support/raw-http.js";
import { selfSigned } from "../support/self-signed.js";
import { fingerprint } from "../support/state.js";
import { startWorld, type World } from "../support/world.js";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.stop());

const WHOAMI = "GET /api/v2/whoami";
const raw = (headers: string[], line = WHOAMI) => sendRaw(world.app.origin, rawRequest(line, headers));
const withoutId = (body: Record<string, unknown>) => ({ ...body, requestId: 0 });

describe("the Authorization header", () => {
  it.each<[string, (token: string) => string[]]>([
    ["Bearer", (token) => [`Authorization: Bearer ${token}`]],
    ["bearer", (token) => [`Authorization: bearer ${token}`]],
    ["BEARER", (token) => [`Authorization: BEARER ${token}`]],
    ["bEaReR and spaces", (token) => [`authorization:bEaReR    ${token}`]],
    ["white space around its value, which is no part of it", (token) => [`Authorization: \t Bearer ${token} \t`]],
  ])("is taken with %s", async (_name, headers) => {
    const { pat, environments } = world.owner;
    const { token } = await world.mint();
    for (const good of [pat, token]) expect((await raw(headers(good))).status).toBe(200);
    expect((await raw(headers(environments.dev.apiKey), "GET /api/v1/runs")).status).toBe(200);
  });

  it.each<[string, (token: string) => string[]]>([
    ["a tab", (token) => [`Authorization: Bearer\t${token}`]],
    ["a tab after a space", (token) => [`Authorization: Bearer \t${token}`]],
    ["a no-break space", (token) => [`Authorization: Bearer\u00a0${token}`]],
    ["no space", (token) => [`Authorization: Bearer${token}`]],
    ["no scheme", (token) => [`Authorization: ${token}`]],
    ["no token", () => ["Authorization: Bearer"]],
    ["nothing at all", () => ["Authorization:"]],
    ["Basic", (token) => [`Authorization: Basic ${token}`]],
    ["Basic, encoded", (token) => [`Authorization: Basic ${Buffer.from(`${token}:`).toString("base64")}`]],
    ["Basic, as the password", (token) => [`Authorization: Basic ${Buffer.from(`x:${token}`).toString("base64")}`]],
    ["Token", (token) => [`Authorization: Token ${token}`]],
    ["Negotiate", (token) => [`Authorization: Negotiate ${token}`]],
    ["two schemes", (token) => [`Authorization: Bearer Bearer ${token}`]],
    ["two tokens", (token) => [`Authorization: Bearer ${token} ${token}`]],
    ["a list", (token) => [`Authorization: Bearer ${token}, Bearer ${token}`]],
    ["a comma behind it", (token) => [`Authorization: Bearer ${token},`]],
    ["quotes", (token) => [`Authorization: Bearer "${token}"`]],
    ["a parameter", (token) => [`Authorization: Bearer token=${token}`]],
    ["something behind it", (token) => [`Authorization: Bearer ${token} x`]],
    ["a colon", (token) => [`Authorization: Bearer: ${token}`]],
    ["percent-encoding", (token) => [`Authorization: Bearer ${token.replace("_", "%5F")}`]],
    ["a look-alike scheme", (token) => [`Authorization: B\u00e9arer ${token}`]],
    ["another header of that name's kind", (token) => [`Proxy-Authorization: Bearer ${token}`]],
    ["X-Authorization", (token) => [`X-Authorization: Bearer ${token}`]],
    ["X-Api-Key", (token) => [`X-Api-Key: ${token}`]],
    ["underscores for hyphens", (token) => [`HTTP_AUTHORIZATION: Bearer ${token}`]],
    ["a cookie", (token) => [`Cookie: authorization=Bearer ${token}; token=${token}; access_token=${token}`]],
    ["the session's cookie", (token) => [`Cookie: trigger_session=${token}; __Host-trigger_session=${token}`]],
    ["sixty thousand characters", (token) => [`Authorization: Bearer ${token}${"x".repeat(60_000)}`]],
  ])("is refused with %s", async (_name, headers) => {
    const before = await fingerprint(world.pool);
    for (const line of [WHOAMI, "POST /api/v1/auth/user-actor-token"]) {
      const { status, body } = await raw(headers(world.owner.pat), line);
      expect(status, body).toBe(401);
      expect(withoutId(JSON.parse(body))).toEqual({ ...GENERIC_401, requestId: 0 });
    }
    expect(await fingerprint(world.pool)).toEqual(before);
  });

  it("is refused twice, whichever of the two is good", async () => {
    const { pat } = world.owner;
    const good = `Authorization: Bearer ${pat}`;
    for (const second of [
      good,
      "Authorization: Bearer x",
      "authorization: Basic eA==",
      "AUTHORIZATION:",
      `Authorization: ${pat}`,
    ]) {
      for (const pair of [
        [good, second],
        [second, good],
        [second, "X-Between: 1", good],
      ]) {
        for (const line of [
          WHOAMI,
          "POST /api/v1/auth/user-actor-token",
          "GET /api/v1/runs",
          "POST /api/v1/authorization-code",
          "GET /healthcheck",
        ]) {
          expect((await raw(pair, line)).status).toBe(400);
        }
      }
    }
  });

  it("is refused twice, however many headers stand between the two", async () => {
    const good = `Authorization: Bearer ${world.owner.pat}`;
    for (const count of [100, 1_990, 2_100, 4_000]) {
      const between = Array.from({ length: count }, (_, index) => `x-${index}: 1`);
      for (const pair of [
        [good, ...between, "Authorization: Bearer x"],
        ["Authorization: Bearer x", ...between, good],
      ]) {
        expect((await raw(pair)).status).toBe(400);
      }
      expect((await raw([...between, good])).status).toBe(200);
    }
  });

  it("is not found anywhere else", async () => {
    const { pat, environments } = world.owner;
    const key = environments.dev.apiKey;
    for (const name of [
      "token",
      "access_token",
      "authorization",
      "api_key",
      "apiKey",
      "key",
      "jwt",
      "auth",
      "Authorization",
      "bearer",
    ]) {
      expectGeneric401(await world.app.api("GET", `/api/v2/whoami?${name}=${pat}`));
      expectGeneric401(await world.app.api("GET", `/api/v2/whoami?${name}=Bearer%20${pat}`));
      expectGeneric401(await world.app.api("GET", `/api/v1/runs?${name}=${key}`));
      expectGeneric401(
        await world.app.api("POST", "/api/v1/tasks/x/trigger", {
          body: { [name]: key, headers: { authorization: `Bearer ${key}` } },
        }),
      );
    }
    const { port } = new URL(world.app.origin);
    const { status } = await raw([], `GET http://${pat}:x@127.0.0.1:${port}/api/v2/whoami`);
    expect([400, 401]).toContain(status);
  });
});

describe("a flood of bad tokens", () => {
  let limited: World;

  beforeAll(async () => {
    limited = await startWorld({ env: { RATE_LIMITS: "on", TRUSTED_PROXIES: "10.0.0.0/8" } });
  });

  afterAll(() => limited?.stop());

  it("is cut off at 100 a minute, and never locks good ones out of the same address", async () => {
    const { app, owner } = limited;
    const bad = async (headers: Record<string, string> = {}) =>
      app.api("GET", "/api/v2/whoami", { as: `tr_pat_${"x".repeat(40)}`, headers });
    const first = await Promise.all(Array.from({ length: 100 }, () => bad()));
    for (const answer of first) expectGeneric401(answer);
    const after = await Promise.all(Array.from({ length: 40 }, () => bad()));
    for (const { status, body, headers } of after) {
      expect(status).toBe(429);
      expect(body["code"]).toBe("rate_limited");
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    }
    // The peer is no trusted proxy: what it says of addresses is its own word.
    for (const name of [
      "x-forwarded-for",
      "x-real-ip",
      "forwarded",
      "cf-connecting-ip",
      "true-client-ip",
      "x-client-ip",
    ]) {
      expect((await bad({ [name]: name === "forwarded" ? "for=1.2.3.4" : "1.2.3.4" })).status).toBe(429);
    }
    const { token } = await limited.mint();
    for (const as of [owner.pat, token]) expect((await app.api("GET", "/api/v2/whoami", { as })).status).toBe(200);
    expect((await app.api("GET", "/api/v1/runs", { as: owner.environments.dev.apiKey })).status).toBe(200);
    expect(
      (await app.api("GET", "/api/v1/runs", { as: (await limited.exchange("dev", {}, token)).token })).status,
    ).toBe(200);
    expectGeneric401(await app.api("GET", "/api/v2/whoami"));
    await sleep(1);
  });
});

describe("a flood of guesses that look right", () => {
  it("makes no good token of any kind wait or fail, also one that is seen for the first time", async () => {
    const { app, owner, mint, exchange, stop } = await startWorld({ env: { RATE_LIMITS: "on" } });
    try {
      const { dev } = owner.environments;
      const guesses = [
        () => createPersonalAccessToken(),
        () => createEnvironmentKey("PRODUCTION"),
        () => selfSigned({ id: dev.id, apiKey: createEnvironmentKey("DEVELOPMENT") }, ["*:all"]),
      ];
      const statusOf = async (path: string, as: string) => (await app.api("GET", path, { as })).status;
      const guess = (index: number) =>
        statusOf(index % 3 === 0 ? "/api/v2/whoami" : "/api/v1/runs", guesses[index % 3]?.() ?? "");
      const uat = (await mint()).token;
      const good: [string, string][] = [
        ["/api/v2/whoami", owner.pat],
        ["/api/v2/whoami", uat],
        ["/api/v1/runs", dev.apiKey],
        ["/api/v1/runs", (await exchange("dev", {}, uat)).token],
        ["/api/v1/runs", selfSigned(dev, ["read:runs"])],
      ];
      await Promise.all(Array.from({ length: 110 }, (_, index) => guess(index)));
      // More than the door lets know of their refusal within the time that anybody may wait there.
      const flood = Array.from({ length: 1_500 }, (_, index) => guess(index));
      const answers = await Promise.all(good.map(([path, as]) => statusOf(path, as)));
      expect(answers).toEqual([200, 200, 200, 200, 200]);
      expect(new Set(await Promise.all(flood))).toEqual(new Set([429]));
    } finally {
      await stop();
    }
  });
});

describe("addresses behind a trusted proxy", () => {
  it("are counted apart, and cannot be invented further left", async () => {
    const proxied = await startWorld({ env: { RATE_LIMITS: "on", TRUSTED_PROXIES: "127.0.0.1,10.0.0.0/8" } });
    try {
      const bad = async (forwarded: string) =>
        (await proxied.app.api("GET", "/api/v2/whoami", { as: "tr_pat_x", headers: { "x-forwarded-for": forwarded } }))
          .status;
      for (let round = 0; round < 5; round++) {
        await Promise.all(Array.from({ length: 20 }, (_, index) => bad(`9.9.${round}.${index}, 1.2.3.4`)));
      }
      expect(await bad("8.8.8.8, 1.2.3.4")).toBe(429);
      expect(await bad("8.8.8.8, 1.2.3.4, 10.1.1.1")).toBe(429);
      expect(await bad("1.2.3.4, 5.6.7.8")).toBe(401);
      expect(await bad("garbage")).toBe(401);
    } finally {
      await proxied.stop();
    }
  });
});
