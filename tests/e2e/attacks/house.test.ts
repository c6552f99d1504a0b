import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import {
  environmentWith,
  freePort,
  makeTempDir,
  startApp,
  startAppProcess,
  startTestDatabase,
  type TestApp,
  type TestDatabase,
} from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { open } from "../support/forge.js";
import { expectGeneric401 } from "../support/generic-401.js";
import { rawRequest, sendRaw } from "../support/raw-http.js";
import { signIn } from "../support/session.js";
import { startWorld, type World } from "../support/world.js";

const NAMES = ["USER_ACTOR_SECRET", "ENVIRONMENT_JWT_SECRET", "SESSION_SECRET", "ENCRYPTION_KEY"] as const;
const secret = () => randomBytes(32).toString("base64url");
const good = (): Record<string, string> => Object.fromEntries(NAMES.map((name) => [name, `k1:${secret()}`]));

describe("a production instance", () => {
  let database: TestDatabase;
  let dir: string;

  beforeAll(async () => {
    database = await startTestDatabase();
    dir = await makeTempDir("production");
  });

  afterAll(async () => {
    await database?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  /** What the server says instead of starting; null when it starts. */
  async function refusal(settings: Record<string, string | undefined>): Promise<string | null> {
    const env = environmentWith({
      ...{
        NODE_ENV: "production",
        DATABASE_URL: database.url,
        DATA_DIR: dir,
        PORT: String(await freePort()),
        HOST: "127.0.0.1",
      },
      ...settings,
    });
    try {
      const { end } = await startAppProcess(env);
      await end();
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  it("does not start without its secrets, and names every one that is missing", async () => {
    const nothing = await refusal({});
    for (const name of NAMES) expect(nothing).toContain(name);
    const partial = await refusal({ ...good(), SESSION_SECRET: undefined });
    expect(partial).toContain("SESSION_SECRET");
    expect(partial).not.toContain("USER_ACTOR_SECRET");
    for (const empty of ["", "   "])
      expect(await refusal({ ...good(), ENCRYPTION_KEY: empty })).toContain("ENCRYPTION_KEY");
  });

  it.each([
    ["short", `k1:${secret().slice(0, 31)}`],
    ["one character short", `k1:${secret().slice(0, 42)}`],
    ["without a kid", secret()],
    ["with an empty kid", `:${secret()}`],
    ["with nothing after its kid", "k1:"],
    ["an example", "k1:change-me-change-me-change-me-change-me-change-me"],
    ["an example secret", "k1:this-is-an-example-secret-this-is-an-example-secret"],
    ["one letter, over and over", `k1:${"a".repeat(64)}`],
    ["two letters, over and over", `k1:${"ab".repeat(32)}`],
    ["the alphabet", "k1:abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"],
    ["counted", `k1:${"1234567890".repeat(5)}`],
    ["with a space", `k1:${secret().slice(0, 20)} ${secret()}`],
    ["with a short one behind a good one", `k1:${secret()},k2:short`],
    ["of two with one kid", `k1:${secret()},k1:${secret()}`],
    ["with a comma too many", `k1:${secret()},`],
  ])("does not start on a secret that is %s", async (_what, ring) => {
    const name = NAMES[Math.floor(Math.random() * NAMES.length)] ?? "USER_ACTOR_SECRET";
    const said = await refusal({ ...good(), [name]: ring });
    expect(said).toContain(name);
    const [, ...parts] = ring.split(/[:,]/);
    for (const part of parts) if (part.length > 8) expect(said).not.toContain(part);
  });

  it("does not start on one secret in two places", async () => {
    const ring = `k1:${secret()}`;
    const said = await refusal({ ...good(), USER_ACTOR_SECRET: ring, ENVIRONMENT_JWT_SECRET: ring });
    expect(said).toMatch(/ENVIRONMENT_JWT_SECRET|USER_ACTOR_SECRET/);
    expect(said).not.toContain(ring.slice(3));
  });

  it("starts on good ones", async () => {
    expect(await refusal(good())).toBeNull();
  });
});

describe("the rotation of a secret", () => {
  let world: World;
  let second: TestApp;

  beforeAll(async () => {
    world = await startWorld();
    second = await startApp({
      dataDir: world.app.dataDir,
      databaseUrl: world.app.databaseUrl,
      env: { RATE_LIMITS: "off" },
    });
  });

  afterAll(async () => {
    await second?.stop();
    await world?.stop();
  });

  const rotate = (name: string, ...more: string[]) => world.app.admin("secret", "rotate", "--name", name, ...more);

  it("goes unnoticed by whoever holds a token, on every process, while requests run", async () => {
    const { owner, app } = world;
    const uat = await world.mint();
    const { token: jwt } = await world.exchange("dev", {}, uat.token);
    const cookie = await signIn(app, app.bootstrap.signInUrl);
    await world.ok("POST", `/api/v1/projects/${owner.ref}/envvars/prod`, {
      as: owner.pat,
      body: { name: "KEPT", value: "sealed" },
    });
    const failures: string[] = [];
    let requests = 0;
    let over = false;
    const calls: [string, string, string, object?][] = [
      ["GET", "/api/v2/whoami", uat.token],
      ["GET", "/api/v1/runs", jwt],
      ["POST", "/api/v1/auth/user-actor-token", owner.pat, {}],
      ["POST", `/api/v1/projects/${owner.ref}/dev/jwt`, uat.token, {}],
      ["GET", `/api/v1/projects/${owner.ref}/prod`, owner.pat],
      ["GET", `/api/v1/projects/${owner.ref}/envvars/prod`, owner.pat],
    ];
    const loop = async (server: TestApp, other: TestApp) => {
      while (!over) {
        for (const [method, path, as, body] of calls) {
          const answer = await server.api(method, path, { as, ...(body ? { body } : {}) });
          requests += 1;
          if (answer.status !== 200) failures.push(`${method} ${path} ${answer.status}`);
          const made = answer.body["token"];
          if (typeof made !== "string") continue;
          // What one process has just signed with the new key the other takes at once.
          const use = made.startsWith("tr_uat_") ? "/api/v2/whoami" : "/api/v1/runs";
          const { status } = await other.api("GET", use, { as: made });
          if (status !== 200) failures.push(`${use} of a new token ${status}`);
        }
        const page = await server.api("GET", "/account/tokens", { headers: { cookie } });
        if (page.status !== 200) failures.push(`page ${page.status}`);
      }
    };
    const loops = Promise.all([loop(app, second), loop(second, app)]);
    const kidBefore = open(uat.token).header["kid"];
    for (const name of NAMES) {
      await rotate(name);
      await sleep(1_200);
    }
    over = true;
    await loops;
    expect(failures.slice(0, 5)).toEqual([]);
    expect(requests).toBeGreaterThan(50);
    const kidAfter = open((await world.mint()).token).header["kid"];
    expect(kidAfter).not.toBe(kidBefore);
    expect(kidAfter).toBe((await world.ring("USER_ACTOR_SECRET")).keys[0].kid);
    for (const server of [app, second])
      expect((await server.api("GET", "/api/v2/whoami", { as: uat.token })).status).toBe(200);
  });

  it("ends what an older key signed once that key is dropped, and nothing else", async () => {
    const old = await world.mint();
    const { token: oldJwt } = await world.exchange("dev");
    await rotate("USER_ACTOR_SECRET", "--drop-old");
    await sleep(1_200);
    for (const server of [world.app, second]) {
      expectGeneric401(await server.api("GET", "/api/v2/whoami", { as: old.token }));
      for (const [path, as] of [
        ["/api/v2/whoami", world.owner.pat],
        ["/api/v1/runs", oldJwt],
        ["/api/v2/whoami", (await world.mint()).token],
      ] as const) {
        expect((await server.api("GET", path, { as })).status).toBe(200);
      }
    }
    await rotate("ENCRYPTION_KEY", "--drop-old");
    await sleep(1_200);
    for (const server of [world.app, second]) {
      const { body } = await server.api("GET", `/api/v1/projects/${world.owner.ref}/envvars/prod/KEPT`, {
        as: world.owner.pat,
      });
      expect(body["value"]).toBe("sealed");
    }
  });
});

describe("what one request may take", () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });

  afterAll(() => world?.stop());

  it("is bounded in its headers and its address", async () => {
    const { origin } = world.app;
    const sizes = [
      rawRequest("GET /healthcheck", [`X: ${"a".repeat(70_000)}`]),
      rawRequest(`GET /${"a".repeat(70_000)}`, []),
      rawRequest(
        "GET /healthcheck",
        Array.from({ length: 12_000 }, (_, index) => `x-${index}: 1`),
      ),
    ];
    for (const bytes of sizes) expect((await sendRaw(origin, bytes)).status).toBe(431);
    expect((await sendRaw(origin, rawRequest("GET /healthcheck", []))).status).toBe(200);
  });

  it("is bounded in what it lists, however much there is", async () => {
    const { owner, pool, app } = world;
    await pool.query(
      `INSERT INTO user_actor_token (id, user_id, pat_id, client, expires_at)
       SELECT 'uat_' || lpad(n::text, 24, '0'), $1, $2, 'seed', now() + interval '1 hour' FROM generate_series(1, 5000) n`,
      [owner.userId, owner.patId],
    );
    await pool.query(
      `INSERT INTO run (environment_id, id, task_identifier, status, payload_type, queue, options)
       SELECT $1, 'run_' || lpad(n::text, 24, '0'), 't', 'QUEUED', 'application/json', 'q', '{}' FROM generate_series(1, 500) n`,
      [owner.environments.dev.id],
    );
    await pool.query(
      `INSERT INTO environment (id, project_id, type, slug, owner_key, parent_id, branch)
       SELECT 'env_' || lpad(n::text, 24, '0'), project_id, type, slug, owner_key, id, 'b' || n
       FROM environment, generate_series(1, 3000) n WHERE id = $1`,
      [owner.environments.preview.id],
    );
    await pool.query(
      `INSERT INTO project (id, organization_id, external_ref, slug, name)
       SELECT 'proj_' || lpad(n::text, 24, '0'), id, 'proj_' || lpad(n::text, 24, '0'), 'p' || n, 'p' FROM organization, generate_series(1, 1500) n WHERE slug = $1`,
      [owner.org],
    );
    const lengths: [string, string, (body: never) => unknown[], number][] = [
      ["/api/v1/auth/tokens", owner.pat, (body: { tokens: unknown[] }) => body.tokens, 2_000],
      ["/api/v1/runs?page[size]=100", owner.environments.dev.apiKey, (body: { data: unknown[] }) => body.data, 100],
      ["/api/v1/runs", owner.environments.dev.apiKey, (body: { data: unknown[] }) => body.data, 25],
      [`/api/v1/projects/${owner.ref}/branches`, owner.pat, (body: { branches: unknown[] }) => body.branches, 1_000],
      ["/api/v1/projects", owner.pat, (body: unknown[]) => body, 1_000],
      ["/api/v1/projects/runtimes", owner.pat, (body: unknown[]) => body, 4_000],
    ];
    for (const [path, as, listOf, most] of lengths) {
      const answer = await app.api<never>("GET", path, { as });
      expect(answer.status, path).toBe(200);
      expect(listOf(answer.body).length, path).toBeLessThanOrEqual(most);
    }
    for (const size of ["0", "101", "-1", "1e3", "100.0", " 5", "0x10", "NaN", "9".repeat(40)]) {
      expect(
        (
          await app.api("GET", `/api/v1/runs?page[size]=${encodeURIComponent(size)}`, {
            as: owner.environments.dev.apiKey,
          })
        ).status,
      ).toBe(400);
    }
  });

  it("is bounded in the time that hostile text costs", async () => {
    const { owner, app } = world;
    const mint = (body: unknown) => app.api("POST", "/api/v1/auth/user-actor-token", { as: owner.pat, body });
    const texts = [
      "x".repeat(4_096),
      "read:".repeat(800),
      "a:b:".repeat(1_000),
      `read:${"rnus".repeat(1_000)}`,
      "\u0301".repeat(4_096),
      "é".repeat(4_000),
    ];
    for (const text of texts) {
      for (const cap of [[text], Array.from({ length: 64 }, () => text)]) {
        const started = performance.now();
        expect((await mint({ cap })).status).toBe(400);
        expect(performance.now() - started).toBeLessThan(2_000);
      }
    }
    const slow = [
      "filter[createdAt][from]",
      "filter[createdAt][period]",
      "filter[tag]",
      "filter[status]",
      "page[after]",
      "filter[taskIdentifier]",
    ];
    for (const parameter of slow) {
      for (const value of [
        "9".repeat(20_000),
        "a,".repeat(10_000),
        ",".repeat(20_000),
        "run_".repeat(5_000),
        `${"1".repeat(20_000)}!`,
      ]) {
        const started = performance.now();
        const { status } = await app.api("GET", `/api/v1/runs?${parameter}=${value}`, {
          as: owner.environments.dev.apiKey,
        });
        expect(status).toBe(400);
        expect(performance.now() - started).toBeLessThan(2_000);
      }
    }
  });
});
