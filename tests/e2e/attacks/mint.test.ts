import { setTimeout as sleep } from "node:timers/promises";
import { type JsonObject, startApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectGeneric401 } from "../support/generic-401.js";
import { selfSigned } from "../support/self-signed.js";
import { signIn } from "../support/session.js";
import { fingerprint } from "../support/state.js";
import { createDeletable, createTenant, patIdOf, startWorld, type Tenant, type World } from "../support/world.js";

const MINT = "/api/v1/auth/user-actor-token";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.stop());

const mintAs = (as: string | null, request: JsonObject = {}) =>
  world.app.api("POST", MINT, { as, body: {}, ...request });

describe("a mint", () => {
  it("is for a live personal access token alone", async () => {
    const { app, owner } = world;
    const { environments } = owner;
    const revoked = await createTenant(app, "revoked");
    await app.admin("pat", "revoke", "--id", revoked.patId);
    const deleted = await createDeletable(app, "deleted");
    await app.admin("user", "delete", "--email", deleted.email);
    const brief = await app.admin<{ token: string }>(
      "pat",
      "create",
      "--email",
      owner.email,
      "--name",
      "brief",
      "--ttl-seconds",
      "1",
    );
    const uat = await world.mint();
    const wide = await world.mint({ cap: ["admin"] });
    const exchanged = await world.exchange("dev", {}, wide.token);
    const cookie = await signIn(app, owner.environments ? world.app.bootstrap.signInUrl : "");
    await sleep(1_100);
    const before = await fingerprint(world.pool);
    const credentials = [
      uat.token,
      wide.token,
      environments.dev.apiKey,
      environments.prod.apiKey,
      exchanged.token,
      selfSigned(environments.dev, ["admin"]),
      revoked.pat,
      deleted.pat,
      brief.token,
      null,
    ];
    for (const credential of credentials) expectGeneric401(await mintAs(credential));
    expectGeneric401(await mintAs(null, { headers: { cookie } }));
    expectGeneric401(
      await mintAs(null, { headers: { cookie: `token=${owner.pat}; authorization=Bearer ${owner.pat}` } }),
    );
    expectGeneric401(await mintAs(uat.token, { headers: { cookie, "x-http-method-override": "POST" } }));
    expect(await fingerprint(world.pool)).toEqual(before);
  });

  it("is not for a browser on another site", async () => {
    const preflight = await world.app.api("OPTIONS", MINT, {
      headers: {
        origin: "https://evil.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
      },
    });
    const sent = await mintAs(world.owner.pat, { headers: { origin: "https://evil.example" } });
    for (const { headers } of [preflight, sent]) {
      for (const [name] of headers) expect(name).not.toMatch(/^access-control-/);
    }
    expect(preflight.headers.get("allow")).toBe("POST");
  });

  it.each([
    ["application/x-www-form-urlencoded", "ttlSeconds=60"],
    ["multipart/form-data; boundary=x", '--x\r\nContent-Disposition: form-data; name="ttlSeconds"\r\n\r\n60\r\n--x--'],
    ["text/plain", '{"ttlSeconds":60}'],
    ["text/plain;charset=UTF-8", "{}"],
    ["text/html", "{}"],
    ["application/jsonp", "{}"],
    ["application/json-seq", "{}"],
    ["application/octet-stream", "{}"],
    ["application/xml", "<a/>"],
    ["", '{"ttlSeconds":60}'],
    ["application/json, text/plain", "{}"],
    ["text/plain, application/json", "{}"],
    ["text/plain; x=application/json", "{}"],
    ["xapplication/json", "{}"],
  ])("is not taken as %j", async (type, raw) => {
    const before = await fingerprint(world.pool);
    const { status, body } = await mintAs(world.owner.pat, { body: undefined, raw, headers: { "content-type": type } });
    expect(status).toBe(415);
    expect(body["code"]).toBe("unsupported_media_type");
    expect(await fingerprint(world.pool)).toEqual(before);
  });

  it.each([
    ...[
      "{",
      "[]",
      "null",
      "1",
      '"x"',
      "{}{}",
      "{'a':1}",
      '{"cap":["read:runs"],}',
      "\u0000",
      "NaN",
      "undefined",
      "[".repeat(200_000),
    ],
    `{"cap":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
    `{"x":${`{"a":`.repeat(50_000)}1${"}".repeat(50_000)}}`,
  ])("is not taken with the body %.40s", async (raw) => {
    const before = await fingerprint(world.pool);
    const answer = await mintAs(world.owner.pat, {
      body: undefined,
      raw,
      headers: { "content-type": "application/json" },
    });
    expect(answer.status, answer.text.slice(0, 200)).toBe(400);
    expect(await fingerprint(world.pool)).toEqual(before);
  });

  const BODIES: JsonObject[] = [
    { cap: null },
    { client: null },
    { ttlSeconds: null },
    { ttlSeconds: 0 },
    { ttlSeconds: -1 },
    { ttlSeconds: 1.5 },
    { ttlSeconds: "60" },
    { ttlSeconds: true },
    { ttlSeconds: [60] },
    { ttlSeconds: 31536001 },
    { ttlSeconds: 1e300 },
    { ttlSeconds: {} },
    { client: 1 },
    { client: "" },
    { client: [] },
    { client: "x".repeat(256) },
    { client: "a	b" },
  ];

  it.each(BODIES.map((body) => ({ body, name: JSON.stringify(body).slice(0, 50) })))(
    "is not taken with $name",
    async ({ body }) => {
      const before = await fingerprint(world.pool);
      const answer = await mintAs(world.owner.pat, { body });
      expect(answer.status, answer.text).toBe(400);
      expect(await fingerprint(world.pool)).toEqual(before);
    },
  );

  it("is told everything that is wrong with it at once", async () => {
    const { body } = await mintAs(world.owner.pat, { body: { cap: ["nope", "worse"], client: "", ttlSeconds: 0 } });
    const issues = Array.isArray(body["issues"]) ? body["issues"].map(({ path }: { path: string }) => path) : [];
    for (const part of ["cap", "client", "ttlSeconds"]) expect(issues.some((path) => path.includes(part))).toBe(true);
    expect(issues).toHaveLength(4);
  });

  it("ignores what it does not know, also names that a prototype has", async () => {
    const raw = `{"__proto__":{"ttlSeconds":99},"constructor":1,"toString":null,"hasOwnProperty":"x","ttlSeconds":60,"userId":"x","sub":"x","pat":"x"}`;
    const { status, body } = await mintAs(world.owner.pat, {
      body: undefined,
      raw,
      headers: { "content-type": "application/json" },
    });
    expect(status).toBe(200);
    expect(body["expiresInSeconds"]).toBe(60);
  });

  it("is never kept by a cache, and its token is in no list", async () => {
    const answer = await mintAs(world.owner.pat);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const list = await world.app.api("GET", "/api/v1/auth/tokens", { as: world.owner.pat });
    expect(list.text).not.toMatch(/eyJ|tr_uat_|tr_pat_/);
  });
});

describe("a flood of mints", () => {
  let flooded: World;
  let tenant: Tenant;

  beforeAll(async () => {
    flooded = await startWorld({ env: { RATE_LIMITS: "on" } });
    tenant = await createTenant(flooded.app, "flood");
  });

  afterAll(() => flooded?.stop());

  const statuses = async (count: number, as: string, apis = [flooded.app.api]) => {
    const answers = await Promise.all(
      Array.from({ length: count }, (_, index) =>
        apis[index % apis.length]?.("POST", MINT, { as, body: { ttlSeconds: 60 } }),
      ),
    );
    return answers.flatMap((answer) => (answer === undefined ? [] : [answer]));
  };

  it("of one token is cut off at 120 a minute over all processes, and others' are not", async () => {
    const second = await startApp({
      dataDir: flooded.app.dataDir,
      databaseUrl: flooded.app.databaseUrl,
      env: { RATE_LIMITS: "on" },
    });
    try {
      const answers = await statuses(150, tenant.pat, [flooded.app.api, second.api]);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(120);
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused).toHaveLength(30);
      for (const { headers, body } of refused) {
        expect(body["code"]).toBe("rate_limited");
        expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
        expect(Number(headers.get("x-ratelimit-reset"))).toBeGreaterThan(Date.now() - 1_000);
      }
      expect((await flooded.app.api("POST", MINT, { as: flooded.owner.pat, body: {} })).status).toBe(200);
    } finally {
      await second.stop();
    }
  });

  it("is no way around the rate of exchanges, which each token has for itself", async () => {
    const exchange = (as: string) =>
      flooded.app.api("POST", `/api/v1/projects/${tenant.ref}/dev/jwt`, { as, body: {} });
    expect((await exchange(tenant.pat)).status).toBe(200);
    await flooded.pool.query("UPDATE rate_limit SET points = 1199 WHERE key = $1", [`exchange:${tenant.patId}`]);
    expect((await exchange(tenant.pat)).status).toBe(200);
    const { status, headers, body } = await exchange(tenant.pat);
    expect(status).toBe(429);
    expect(body["code"]).toBe("rate_limited");
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    const other = await flooded.app.admin<{ token: string }>(
      "pat",
      "create",
      "--email",
      tenant.email,
      "--name",
      "other",
    );
    expect((await exchange(other.token)).status).toBe(200);
  });

  it("fills a token's quota of 10,000 live ones and not one more, also when many come at once", async () => {
    const { pool, app } = flooded;
    const full = await app.admin<{ token: string; tokenId: string }>(
      "pat",
      "create",
      "--email",
      tenant.email,
      "--name",
      "full",
    );
    const live = async () => {
      const { rows } = await pool.query<{ count: number }>(
        "SELECT count(*)::int AS count FROM user_actor_token WHERE pat_id = $1 AND revoked_at IS NULL AND expires_at > now()",
        [full.tokenId],
      );
      return rows[0]?.count;
    };
    await pool.query(
      `INSERT INTO user_actor_token (id, user_id, pat_id, client, expires_at)
       SELECT 'uat_' || lpad(n::text, 24, '0'), $1, $2, 'seed', now() + interval '1 hour' FROM generate_series(1, 9980) n`,
      [tenant.userId, full.tokenId],
    );
    const answers = await statuses(60, full.token);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
    expect(await live()).toBe(10_000);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(40);
    for (const { body, headers } of refused) {
      expect(body["code"]).toBe("too_many_live_tokens");
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    }
    await app.admin("token", "revoke", "--id", `uat_${"1".padStart(24, "0")}`);
    expect((await statuses(1, full.token)).map(({ status }) => status)).toEqual([200]);
    expect(await live()).toBe(10_000);
  });
});

describe("an instance that narrows what it mints", () => {
  it("caps what names no cap, and refuses more than its ceiling", async () => {
    const app = await startApp({
      env: { USER_ACTOR_DEFAULT_CAP: "read:all", USER_ACTOR_MAX_TTL_SECONDS: "600", RATE_LIMITS: "off" },
    });
    try {
      const as = app.bootstrap.personalAccessToken;
      const plain = await app.api("POST", MINT, { as, body: {} });
      expect(plain.body).toMatchObject({ cap: ["read:all"], expiresInSeconds: 600 });
      for (const ttlSeconds of [601, 3600])
        expect((await app.api("POST", MINT, { as, body: { ttlSeconds } })).status).toBe(400);
      expect(await patIdOf(app, String(plain.body["token"]))).toMatch(/^pat_/);
      const path = `/api/v1/projects/${app.bootstrap.project.ref}/dev`;
      expect((await app.api("GET", path, { as: String(plain.body["token"]) })).status).toBe(403);
    } finally {
      await app.stop();
    }
  });
});
