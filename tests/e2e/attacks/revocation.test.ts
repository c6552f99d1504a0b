import { setTimeout as sleep } from "node:timers/promises";
import { startApp, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectGeneric401 } from "../support/generic-401.js";
import { rawRequest, sendRaw } from "../support/raw-http.js";
import { selfSigned } from "../support/self-signed.js";
import { signIn } from "../support/session.js";
import { createMember, createTenant, startWorld, type Tenant, type World } from "../support/world.js";

const MINT = "/api/v1/auth/user-actor-token";
const WHOAMI = ["GET", "/api/v2/whoami"] as const;
const RUNS = ["GET", "/api/v1/runs"] as const;

let world: World;
/** A second server process over the same database. */
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

/** Everything that one person's token leads to. */
interface Derived {
  pat: string;
  uat: string;
  uatId: string;
  ofPat: string;
  ofUat: string;
  ref: string;
}

async function derive(tenant: Pick<Tenant, "pat" | "ref">): Promise<Derived> {
  const { pat, ref } = tenant;
  const minted = await world.mint({}, pat);
  const exchange = async (as: string) =>
    (await world.ok<{ token: string }>("POST", `/api/v1/projects/${ref}/dev/jwt`, { as, body: {} })).token;
  return {
    pat,
    ref,
    uat: minted.token,
    uatId: minted.id,
    ofPat: await exchange(pat),
    ofUat: await exchange(minted.token),
  };
}

type Probe = readonly [string, string, string];

const person = (token: string): Probe => [...WHOAMI, token];
const environment = (token: string): Probe => [...RUNS, token];
const all = ({ pat, uat, ofPat, ofUat }: Derived): Probe[] => [
  person(pat),
  person(uat),
  environment(ofPat),
  environment(ofUat),
];

const apps = () => [world.app, second];

async function expectAlive(probes: readonly Probe[]): Promise<void> {
  for (const app of apps()) {
    for (const [method, path, as] of probes) expect((await app.api(method, path, { as })).status).toBe(200);
  }
}

/** Dead on both processes, at the very next request, and for everything that could be made from it. */
async function expectDead(probes: readonly Probe[], ref = world.owner.ref): Promise<void> {
  for (const app of apps()) {
    for (const [method, path, as] of probes) {
      expectGeneric401(await app.api(method, path, { as }));
      expectGeneric401(await app.api("POST", MINT, { as, body: {} }));
      expectGeneric401(await app.api("POST", `/api/v1/projects/${ref}/dev/jwt`, { as, body: {} }));
      expectGeneric401(await app.api("POST", "/api/v1/tasks/x/trigger", { as, body: {} }));
    }
  }
}

const newPat = (email: string, ...more: string[]) =>
  world.app.admin<{ token: string; tokenId: string }>("pat", "create", "--email", email, "--name", "t", ...more);

/** Another personal access token of the owner's, so that the rest of the world outlives what is done to it. */
async function newRoot(): Promise<Tenant> {
  const { token: pat, tokenId: patId } = await newPat(world.owner.email);
  return { ...world.owner, pat, patId };
}

describe("revoking a personal access token", () => {
  it.each<[string, (tenant: Tenant, derived: Derived) => Promise<unknown>]>([
    ["by itself", ({ pat, patId }) => second.api("DELETE", `/api/v1/auth/tokens/${patId}`, { as: pat })],
    [
      "by a user-actor token made from it",
      ({ patId }, { uat }) => world.app.api("DELETE", `/api/v1/auth/tokens/${patId}`, { as: uat }),
    ],
    [
      "by another token of its owner's",
      async ({ email, patId }) =>
        world.app.api("DELETE", `/api/v1/auth/tokens/${patId}`, { as: (await newPat(email)).token }),
    ],
    ["by the operator", ({ patId }) => world.app.admin("pat", "revoke", "--id", patId)],
  ])("%s ends all that was derived from it, everywhere, at the next request", async (_how, revoke) => {
    const tenant = await newRoot();
    const derived = await derive(tenant);
    const other = await derive({ pat: (await newPat(tenant.email)).token, ref: tenant.ref });
    await expectAlive([...all(derived), ...all(other)]);
    await revoke(tenant, derived);
    await expectDead(all(derived), tenant.ref);
    // What has another root lives on, and so does the environment's own key.
    await expectAlive([...all(other), environment(tenant.environments.dev.apiKey)]);
  });

  it("revives nothing when its owner gets another, or signs in again", async () => {
    const tenant = await newRoot();
    const derived = await derive(tenant);
    await world.app.admin("pat", "revoke", "--id", tenant.patId);
    await newPat(tenant.email);
    const { signInUrl } = await world.app.admin<{ signInUrl: string }>("user", "sign-in-link", "--email", tenant.email);
    await signIn(world.app, signInUrl);
    const again = await world.app.api("DELETE", `/api/v1/auth/tokens/${tenant.patId}`, {
      as: (await newPat(tenant.email)).token,
    });
    expect(again.status).toBe(204);
    await expectDead(all(derived), tenant.ref);
  });

  it("with 10,000 live user-actor tokens is one small write", async () => {
    const tenant = await newRoot();
    const derived = await derive(tenant);
    await world.pool.query(
      `INSERT INTO user_actor_token (id, user_id, pat_id, client, expires_at)
       SELECT 'uat_' || lpad(n::text, 24, '0'), $1, $2, 'seed', now() + interval '1 hour' FROM generate_series(1, 10000) n`,
      [tenant.userId, tenant.patId],
    );
    const writes = async () => {
      await world.pool.query("SELECT pg_stat_force_next_flush()");
      const { rows } = await world.pool.query<{ relname: string; writes: number }>(
        `SELECT relname, (n_tup_upd + n_tup_del)::int AS writes FROM pg_stat_user_tables WHERE relname IN ('personal_access_token', 'user_actor_token')`,
      );
      return Object.fromEntries(rows.map((row) => [row.relname, row.writes]));
    };
    const fingerprintOfChildren = async () =>
      (
        await world.pool.query(
          "SELECT md5(string_agg(xmin::text || ctid::text, '' ORDER BY id)) AS digest FROM user_actor_token WHERE pat_id = $1",
          [tenant.patId],
        )
      ).rows[0];
    await writes();
    const children = await fingerprintOfChildren();
    const started = performance.now();
    expect((await world.app.api("DELETE", `/api/v1/auth/tokens/${tenant.patId}`, { as: tenant.pat })).status).toBe(204);
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(await fingerprintOfChildren()).toEqual(children);
    await expectDead(all(derived), tenant.ref);
  });
});

describe("revoking a user-actor token", () => {
  it.each<[string, (derived: Derived) => Promise<unknown>]>([
    ["by itself", ({ uat, uatId }) => second.api("DELETE", `/api/v1/auth/tokens/${uatId}`, { as: uat })],
    ["by its parent", ({ pat, uatId }) => second.api("DELETE", `/api/v1/auth/tokens/${uatId}`, { as: pat })],
    ["by the operator", ({ uatId }) => world.app.admin("token", "revoke", "--id", uatId)],
  ])("%s ends it and what was exchanged from it, and nothing else", async (_how, revoke) => {
    const tenant = await newRoot();
    const derived = await derive(tenant);
    const sibling = await derive(tenant);
    await revoke(derived);
    await expectDead([person(derived.uat), environment(derived.ofUat)], tenant.ref);
    await expectAlive([person(derived.pat), environment(derived.ofPat), ...all(sibling)]);
  });

  it("also works for one that may do nothing else, and for no other token than itself", async () => {
    const { token, id } = await world.mint({ cap: ["read:runs"] });
    const other = await world.mint();
    expect((await world.app.api("DELETE", `/api/v1/auth/tokens/${other.id}`, { as: token })).status).toBe(403);
    expect((await world.app.api("DELETE", `/api/v1/auth/tokens/${world.owner.patId}`, { as: token })).status).toBe(403);
    await expectAlive([person(other.token), person(world.owner.pat)]);
    expect((await world.app.api("DELETE", `/api/v1/auth/tokens/${id}`, { as: token })).status).toBe(204);
    await expectDead([person(token)]);
  });
});

describe("an end of something above a token", () => {
  it("by expiry, of a user-actor token and of a personal access token", async () => {
    const brief = await world.mint({ ttlSeconds: 2 });
    const ofBrief = (await world.exchange("dev", { expirationTime: "1h" }, brief.token)).token;
    const pat = await newPat(world.owner.email, "--ttl-seconds", "3");
    const derived = await derive({ pat: pat.token, ref: world.owner.ref });
    await sleep(3_200);
    await expectDead([person(brief.token), environment(ofBrief), ...all(derived)]);
  });

  it("by deleting the person", async () => {
    const tenant = await createTenant(world.app, "deleted");
    const derived = await derive(tenant);
    const key = tenant.environments.dev;
    const signed = selfSigned(key, ["*:all"]);
    await expectAlive([...all(derived), environment(key.apiKey), environment(signed)]);
    await world.ok("POST", "/api/v1/tasks/x/trigger", { as: key.apiKey, body: { payload: "private" } });
    await world.app.admin("user", "delete", "--email", tenant.email);
    await expectDead([...all(derived), environment(key.apiKey), environment(signed)], tenant.ref);
    const { rows } = await world.pool.query("SELECT 1 FROM run WHERE environment_id = $1", [key.id]);
    expect(rows).toEqual([]);
    // The same email is another person.
    await world.app.admin("user", "create", "--email", tenant.email);
    await expectDead([...all(derived), environment(key.apiKey), environment(signed)], tenant.ref);
  });

  it("by removing the member, and re-adding them revives nothing", async () => {
    const member = await createMember(world, "leaver");
    const derived = await derive(member);
    const prod = (await world.exchange("prod", {}, member.pat)).token;
    const staging = (await world.exchange("staging", {}, derived.uat)).token;
    const key = member.environments.dev;
    const inPlace = [derived.ofPat, derived.ofUat, prod, staging, key.apiKey, selfSigned(key, ["*:all"])].map(
      environment,
    );
    await expectAlive(inPlace);
    await world.app.admin("member", "remove", "--org", world.owner.org, "--email", member.email);
    await expectDead(inPlace);
    const noLonger = async () => {
      for (const app of apps()) {
        for (const as of [member.pat, derived.uat]) {
          for (const env of ["dev", "prod"]) {
            expect((await app.api("POST", `/api/v1/projects/${member.ref}/${env}/jwt`, { as, body: {} })).status).toBe(
              404,
            );
            expect((await app.api("GET", `/api/v1/projects/${member.ref}/${env}`, { as })).status).toBe(404);
          }
          expect((await app.api("GET", "/api/v1/projects", { as })).body).toEqual([]);
        }
      }
    };
    await noLonger();
    for (let round = 0; round < 2; round++) {
      await world.app.admin("member", "add", "--org", world.owner.org, "--email", member.email);
      await expectDead(inPlace);
      // What is exchanged under the new membership lives at once, also in its first second.
      const fresh = (await world.exchange("prod", {}, member.pat)).token;
      await expectAlive([environment(fresh)]);
      await world.app.admin("member", "remove", "--org", world.owner.org, "--email", member.email);
      await expectDead([...inPlace, environment(fresh)]);
    }
    await noLonger();
  });

  it("by deleting the project", async () => {
    const tenant = await createTenant(world.app, "razed");
    const derived = await derive(tenant);
    const keys = [tenant.environments.dev, tenant.environments.prod];
    const gone = [
      derived.ofPat,
      derived.ofUat,
      ...keys.map(({ apiKey }) => apiKey),
      ...keys.map((key) => selfSigned(key, ["*:all"])),
    ].map(environment);
    await expectAlive(gone);
    await world.app.admin("project", "delete", "--ref", tenant.ref);
    for (const app of apps())
      for (const [method, path, as] of gone) expectGeneric401(await app.api(method, path, { as }));
    await expectAlive([person(derived.pat), person(derived.uat)]);
    expect(
      (await second.api("POST", `/api/v1/projects/${tenant.ref}/dev/jwt`, { as: derived.uat, body: {} })).status,
    ).toBe(404);
  });

  it("by deleting the organization", async () => {
    const tenant = await createTenant(world.app, "dissolved");
    const derived = await derive(tenant);
    const { apiKey } = tenant.environments.prod;
    await expectAlive([environment(derived.ofUat), environment(apiKey)]);
    await world.pool.query("DELETE FROM organization WHERE slug = $1", [tenant.org]);
    for (const app of apps()) {
      for (const as of [derived.ofPat, derived.ofUat, apiKey]) expectGeneric401(await app.api(...RUNS, { as }));
      expect((await app.api("GET", `/api/v1/orgs/${tenant.org}`, { as: derived.uat })).status).toBe(404);
    }
  });

  it("by rotating an environment's key without a grace, and later with one", async () => {
    const tenant = await createTenant(world.app, "rotated");
    const environmentOf = tenant.environments.prod;
    const signed = selfSigned(environmentOf, ["*:all"]);
    const rotate = (graceSeconds: number) =>
      world.app.admin<{ apiKey: string }>(
        "environment",
        "rotate-key",
        "--id",
        environmentOf.id,
        "--grace-seconds",
        String(graceSeconds),
      );
    await expectAlive([environment(environmentOf.apiKey), environment(signed)]);
    const first = await rotate(0);
    for (const app of apps()) {
      for (const as of [environmentOf.apiKey, signed]) expectGeneric401(await app.api(...RUNS, { as }));
    }
    const signedByFirst = selfSigned({ id: environmentOf.id, apiKey: first.apiKey }, ["*:all"]);
    const next = await rotate(3);
    await expectAlive([first.apiKey, next.apiKey, signedByFirst].map(environment));
    await sleep(3_100);
    for (const app of apps()) {
      for (const as of [first.apiKey, signedByFirst]) expectGeneric401(await app.api(...RUNS, { as }));
    }
    await expectAlive([environment(next.apiKey)]);
  });

  it("an old key in its grace time leads neither to the new one nor past its own end", async () => {
    const tenant = await createTenant(world.app, "graceful");
    const { id, apiKey: old } = tenant.environments.prod;
    const { apiKey: fresh } = await world.app.admin<{ apiKey: string }>(
      "environment",
      "rotate-key",
      "--id",
      id,
      "--grace-seconds",
      "4",
    );
    const signed = selfSigned({ id, apiKey: old }, ["*:all"]);
    const read = await world.app.api("GET", `/api/v1/projects/${tenant.ref}/prod`, { as: old });
    expect(read.text).not.toContain(fresh);
    expect(
      (await world.ok<{ apiKey: string }>("GET", `/api/v1/projects/${tenant.ref}/prod`, { as: fresh })).apiKey,
    ).toBe(fresh);
    const runTokens = await Promise.all(
      [old, signed].map(async (as) => {
        const answer = await world.app.api("POST", "/api/v1/tasks/x/trigger", { as, body: {} });
        return { run: String(answer.body["id"]), token: answer.headers.get("x-trigger-jwt") ?? "" };
      }),
    );
    for (const { run, token } of runTokens)
      expect((await world.app.api("GET", `/api/v3/runs/${run}`, { as: token })).status).toBe(200);
    await sleep(4_100);
    for (const { run, token } of runTokens)
      expectGeneric401(await world.app.api("GET", `/api/v3/runs/${run}`, { as: token }));
  });
});

describe("revocation in a race", () => {
  /** Runs `act` over and over while `end` happens in the middle of it; answers all that it got. */
  async function race<T>(act: (app: TestApp) => Promise<T>, end: () => Promise<unknown>): Promise<T[]> {
    const made: T[] = [];
    let over = false;
    const loop = async (app: TestApp) => {
      while (!over) made.push(await act(app));
    };
    const loops = Promise.all([...apps(), ...apps()].map(loop));
    await sleep(60);
    await end();
    await sleep(40);
    over = true;
    await loops;
    return made;
  }

  it("with mint and exchange leaves nothing alive", async () => {
    for (let round = 0; round < 6; round++) {
      const isWhole = round % 3 === 2;
      const tenant = isWhole ? await createTenant(world.app, `race-${round}`) : await newRoot();
      const uat = await world.mint({}, tenant.pat);
      const exchangeOf = (as: string) => (app: TestApp) =>
        app.api("POST", `/api/v1/projects/${tenant.ref}/dev/jwt`, { as, body: {} });
      const ends = [
        () => second.api("DELETE", `/api/v1/auth/tokens/${tenant.patId}`, { as: tenant.pat }),
        () => second.api("DELETE", `/api/v1/auth/tokens/${uat.id}`, { as: tenant.pat }),
        () => world.pool.query(`DELETE FROM "user" WHERE id = $1`, [tenant.userId]),
      ];
      const end = ends[round % ends.length] ?? (() => Promise.resolve());
      const answers = await race(async (app) => {
        const mint = round % 3 === 1 ? null : await app.api("POST", MINT, { as: tenant.pat, body: {} });
        const exchanged = await exchangeOf(round % 3 === 1 ? uat.token : tenant.pat)(app);
        return [mint, exchanged];
      }, end);
      const tokens = answers.flat().flatMap((answer) => {
        if (answer === null) return [];
        expect([200, 401, 404], answer.text).toContain(answer.status);
        return answer.status === 200 ? [String(answer.body["token"])] : [];
      });
      expect(tokens.length).toBeGreaterThan(0);
      for (const token of tokens.slice(-40)) {
        const probe = token.startsWith("tr_uat_") ? person(token) : environment(token);
        for (const app of apps()) expectGeneric401(await app.api(probe[0], probe[1], { as: probe[2] }));
      }
    }
  });

  it("with removing and re-adding a member leaves nothing alive that an earlier membership gave", async () => {
    const member = await createMember(world, "flicker");
    const add = () => world.app.admin("member", "add", "--org", world.owner.org, "--email", member.email);
    const remove = () => world.app.admin("member", "remove", "--org", world.owner.org, "--email", member.email);
    const answers = await race(
      (app) => app.api("POST", `/api/v1/projects/${member.ref}/prod/jwt`, { as: member.pat, body: {} }),
      remove,
    );
    const given = answers.filter(({ status }) => status === 200).map(({ body }) => String(body["token"]));
    expect(given.length).toBeGreaterThan(0);
    await add();
    for (const token of given.slice(-60))
      for (const app of apps()) expectGeneric401(await app.api(...RUNS, { as: token }));
  });

  it("never answers a fault of the server's, whatever is deleted under a request", async () => {
    for (let round = 0; round < 3; round++) {
      const tenant = await createTenant(world.app, `ground-${round}`);
      const key = tenant.environments.dev.apiKey;
      const base = `/api/v1/projects/${tenant.ref}`;
      const calls: [string, string, string, object][] = [
        ["POST", "/api/v1/tasks/x/trigger", key, { options: { idempotencyKey: "same" } }],
        ["POST", `${base}/branches`, tenant.pat, { branch: "b" }],
        ["POST", `${base}/envvars/prod`, tenant.pat, { name: "A", value: "1" }],
        ["POST", `${base}/envvars/prod/import`, tenant.pat, { variables: { B: "1" } }],
        ["POST", MINT, tenant.pat, {}],
        ["PATCH", base, tenant.pat, { name: "x" }],
        ["POST", `/api/v1/orgs/${tenant.org}/projects`, tenant.pat, { name: "new" }],
      ];
      const ends = [
        () => world.app.admin("project", "delete", "--ref", tenant.ref),
        () => world.app.admin("user", "delete", "--email", tenant.email),
        () => world.pool.query("DELETE FROM organization WHERE slug = $1", [tenant.org]),
      ];
      const answers = await race(
        (app) => Promise.all(calls.map(([method, path, as, body]) => app.api(method, path, { as, body }))),
        ends[round] ?? (() => Promise.resolve()),
      );
      for (const { status, text } of answers.flat()) expect(status, text).toBeLessThan(500);
    }
  });

  it("a body that is sent in slowly does not carry a revoked token over its end", async () => {
    const tenant = await newRoot();
    const body = JSON.stringify({ name: "SLOW", value: "x" });
    const head = rawRequest(`POST /api/v1/projects/${tenant.ref}/envvars/prod`, [
      `Authorization: Bearer ${tenant.pat}`,
      "Content-Type: application/json",
      `Content-Length: ${body.length}`,
    ]);
    const { connect } = await import("node:net");
    const { port } = new URL(world.app.origin);
    const answer = new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), "127.0.0.1", () => socket.write(head + body.slice(0, 5)));
      let text = "";
      socket.on("data", (chunk) => (text += chunk.toString()));
      socket.on("end", () => resolve(text));
      socket.on("error", reject);
      void (async () => {
        await sleep(500);
        await world.app.api("DELETE", `/api/v1/auth/tokens/${tenant.patId}`, { as: tenant.pat });
        await sleep(800);
        socket.write(body.slice(5));
      })();
    });
    expect(await answer).toMatch(/^HTTP\/1\.1 401/);
    const { rows } = await world.pool.query("SELECT 1 FROM environment_variable WHERE name = 'SLOW'");
    expect(rows).toEqual([]);
    expect((await sendRaw(world.app.origin, rawRequest("GET /healthcheck", []))).status).toBe(200);
  });
});
