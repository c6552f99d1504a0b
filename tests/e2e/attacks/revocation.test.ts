import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectGeneric401 } from "../support/generic-401.js";
import { all, type Derived, environment, type Pair, person, startPair } from "../support/pair.js";
import { selfSigned } from "../support/self-signed.js";
import { signIn } from "../support/session.js";
import { createDeletable, createMember, createTenant, type Tenant } from "../support/world.js";

let pair: Pair;

beforeAll(async () => {
  pair = await startPair();
});

afterAll(() => pair?.stop());

const expectAlive: Pair["expectAlive"] = (...given) => pair.expectAlive(...given);
const expectDead: Pair["expectDead"] = (...given) => pair.expectDead(...given);

describe("revoking a personal access token", () => {
  it.each<[string, (tenant: Tenant, derived: Derived) => Promise<unknown>]>([
    ["by itself", ({ pat, patId }) => pair.second.api("DELETE", `/api/v1/auth/tokens/${patId}`, { as: pat })],
    [
      "by a user-actor token made from it",
      ({ patId }, { uat }) => pair.world.app.api("DELETE", `/api/v1/auth/tokens/${patId}`, { as: uat }),
    ],
    [
      "by another token of its owner's",
      async ({ email, patId }) =>
        pair.world.app.api("DELETE", `/api/v1/auth/tokens/${patId}`, { as: (await pair.newPat(email)).token }),
    ],
    ["by the operator", ({ patId }) => pair.world.app.admin("pat", "revoke", "--id", patId)],
  ])("%s ends all that was derived from it, everywhere, at the next request", async (_how, revoke) => {
    const tenant = await pair.newRoot();
    const derived = await pair.derive(tenant);
    const other = await pair.derive({ pat: (await pair.newPat(tenant.email)).token, ref: tenant.ref });
    await expectAlive([...all(derived), ...all(other)]);
    await revoke(tenant, derived);
    await expectDead(all(derived), tenant.ref);
    // What has another root lives on, and so does the environment's own key.
    await expectAlive([...all(other), environment(tenant.environments.dev.apiKey)]);
  });

  it("revives nothing when its owner gets another, or signs in again", async () => {
    const tenant = await pair.newRoot();
    const derived = await pair.derive(tenant);
    await pair.world.app.admin("pat", "revoke", "--id", tenant.patId);
    await pair.newPat(tenant.email);
    const { signInUrl } = await pair.world.app.admin<{ signInUrl: string }>(
      "user",
      "sign-in-link",
      "--email",
      tenant.email,
    );
    await signIn(pair.world.app, signInUrl);
    const again = await pair.world.app.api("DELETE", `/api/v1/auth/tokens/${tenant.patId}`, {
      as: (await pair.newPat(tenant.email)).token,
    });
    expect(again.status).toBe(204);
    await expectDead(all(derived), tenant.ref);
  });

  it("with 10,000 live user-actor tokens is one small write", async () => {
    const tenant = await pair.newRoot();
    const derived = await pair.derive(tenant);
    await pair.world.pool.query(
      `INSERT INTO user_actor_token (id, user_id, pat_id, client, expires_at)
       SELECT 'uat_' || lpad(n::text, 24, '0'), $1, $2, 'seed', now() + interval '1 hour' FROM generate_series(1, 10000) n`,
      [tenant.userId, tenant.patId],
    );
    const writes = async () => {
      await pair.world.pool.query("SELECT pg_stat_force_next_flush()");
      const { rows } = await pair.world.pool.query<{ relname: string; writes: number }>(
        `SELECT relname, (n_tup_upd + n_tup_del)::int AS writes FROM pg_stat_user_tables WHERE relname IN ('personal_access_token', 'user_actor_token')`,
      );
      return Object.fromEntries(rows.map((row) => [row.relname, row.writes]));
    };
    const fingerprintOfChildren = async () =>
      (
        await pair.world.pool.query(
          "SELECT md5(string_agg(xmin::text || ctid::text, '' ORDER BY id)) AS digest FROM user_actor_token WHERE pat_id = $1",
          [tenant.patId],
        )
      ).rows[0];
    await writes();
    const children = await fingerprintOfChildren();
    const started = performance.now();
    expect((await pair.world.app.api("DELETE", `/api/v1/auth/tokens/${tenant.patId}`, { as: tenant.pat })).status).toBe(
      204,
    );
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(await fingerprintOfChildren()).toEqual(children);
    await expectDead(all(derived), tenant.ref);
  });
});

describe("revoking a user-actor token", () => {
  it.each<[string, (derived: Derived) => Promise<unknown>]>([
    ["by itself", ({ uat, uatId }) => pair.second.api("DELETE", `/api/v1/auth/tokens/${uatId}`, { as: uat })],
    ["by its parent", ({ pat, uatId }) => pair.second.api("DELETE", `/api/v1/auth/tokens/${uatId}`, { as: pat })],
    ["by the operator", ({ uatId }) => pair.world.app.admin("token", "revoke", "--id", uatId)],
  ])("%s ends it and what was exchanged from it, and nothing else", async (_how, revoke) => {
    const tenant = await pair.newRoot();
    const derived = await pair.derive(tenant);
    const sibling = await pair.derive(tenant);
    await revoke(derived);
    await expectDead([person(derived.uat), environment(derived.ofUat)], tenant.ref);
    await expectAlive([person(derived.pat), environment(derived.ofPat), ...all(sibling)]);
  });

  it("also works for one that may do nothing else, and for no other token than itself", async () => {
    const { token, id } = await pair.world.mint({ cap: ["read:runs"] });
    const other = await pair.world.mint();
    expect((await pair.world.app.api("DELETE", `/api/v1/auth/tokens/${other.id}`, { as: token })).status).toBe(403);
    expect(
      (await pair.world.app.api("DELETE", `/api/v1/auth/tokens/${pair.world.owner.patId}`, { as: token })).status,
    ).toBe(403);
    await expectAlive([person(other.token), person(pair.world.owner.pat)]);
    expect((await pair.world.app.api("DELETE", `/api/v1/auth/tokens/${id}`, { as: token })).status).toBe(204);
    await expectDead([person(token)]);
  });
});

describe("an end of something above a token", () => {
  it("by expiry, of a user-actor token and of a personal access token", async () => {
    const brief = await pair.world.mint({ ttlSeconds: 2 });
    const ofBrief = (await pair.world.exchange("dev", { expirationTime: "1h" }, brief.token)).token;
    const pat = await pair.newPat(pair.world.owner.email, "--ttl-seconds", "3");
    const derived = await pair.derive({ pat: pat.token, ref: pair.world.owner.ref });
    await sleep(3_200);
    await expectDead([person(brief.token), environment(ofBrief), ...all(derived)]);
  });

  it("by deleting the person", async () => {
    const tenant = await createDeletable(pair.world.app, "deleted");
    const derived = await pair.derive(tenant);
    const key = tenant.environments.dev;
    const signed = selfSigned(key, ["*:all"]);
    await expectAlive([...all(derived), environment(key.apiKey), environment(signed)]);
    await pair.world.ok("POST", "/api/v1/tasks/x/trigger", { as: key.apiKey, body: { payload: "private" } });
    await pair.world.app.admin("user", "delete", "--email", tenant.email);
    await expectDead([...all(derived), environment(key.apiKey), environment(signed)], tenant.ref);
    const { rows } = await pair.world.pool.query("SELECT 1 FROM run WHERE environment_id = $1", [key.id]);
    expect(rows).toEqual([]);
    // The same email is another person.
    await pair.world.app.admin("user", "create", "--email", tenant.email);
    await expectDead([...all(derived), environment(key.apiKey), environment(signed)], tenant.ref);
  });

  it("by removing the member, and re-adding them revives nothing", async () => {
    const member = await createMember(pair.world, "leaver");
    const derived = await pair.derive(member);
    const prod = (await pair.world.exchange("prod", {}, member.pat)).token;
    const staging = (await pair.world.exchange("staging", {}, derived.uat)).token;
    const key = member.environments.dev;
    const inPlace = [derived.ofPat, derived.ofUat, prod, staging, key.apiKey, selfSigned(key, ["*:all"])].map(
      environment,
    );
    await expectAlive(inPlace);
    await pair.world.app.admin("member", "remove", "--org", pair.world.owner.org, "--email", member.email);
    await expectDead(inPlace);
    const noLonger = async () => {
      for (const app of pair.apps) {
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
      await pair.world.app.admin("member", "add", "--org", pair.world.owner.org, "--email", member.email);
      await expectDead(inPlace);
      // What is exchanged under the new membership lives at once, also in its first pair.second.
      const fresh = (await pair.world.exchange("prod", {}, member.pat)).token;
      await expectAlive([environment(fresh)]);
      await pair.world.app.admin("member", "remove", "--org", pair.world.owner.org, "--email", member.email);
      await expectDead([...inPlace, environment(fresh)]);
    }
    await noLonger();
  });

  it("by deleting the project", async () => {
    const tenant = await createTenant(pair.world.app, "razed");
    const derived = await pair.derive(tenant);
    const keys = [tenant.environments.dev, tenant.environments.prod];
    const gone = [
      derived.ofPat,
      derived.ofUat,
      ...keys.map(({ apiKey }) => apiKey),
      ...keys.map((key) => selfSigned(key, ["*:all"])),
    ].map(environment);
    await expectAlive(gone);
    await pair.world.app.admin("project", "delete", "--ref", tenant.ref);
    for (const app of pair.apps)
      for (const [method, path, as] of gone) expectGeneric401(await app.api(method, path, { as }));
    await expectAlive([person(derived.pat), person(derived.uat)]);
    expect(
      (await pair.second.api("POST", `/api/v1/projects/${tenant.ref}/dev/jwt`, { as: derived.uat, body: {} })).status,
    ).toBe(404);
  });

  it("by deleting the organization", async () => {
    const tenant = await createTenant(pair.world.app, "dissolved");
    const derived = await pair.derive(tenant);
    const { apiKey } = tenant.environments.prod;
    await expectAlive([environment(derived.ofUat), environment(apiKey)]);
    await pair.world.pool.query("DELETE FROM organization WHERE slug = $1", [tenant.org]);
    for (const app of pair.apps) {
      for (const as of [derived.ofPat, derived.ofUat, apiKey])
        expectGeneric401(await app.api("GET", "/api/v1/runs", { as }));
      expect((await app.api("GET", `/api/v1/orgs/${tenant.org}`, { as: derived.uat })).status).toBe(404);
    }
  });

  it("by rotating an environment's key without a grace, and later with one", async () => {
    const tenant = await createTenant(pair.world.app, "rotated");
    const environmentOf = tenant.environments.prod;
    const signed = selfSigned(environmentOf, ["*:all"]);
    const rotate = (graceSeconds: number) =>
      pair.world.app.admin<{ apiKey: string }>(
        "environment",
        "rotate-key",
        "--id",
        environmentOf.id,
        "--grace-seconds",
        String(graceSeconds),
      );
    await expectAlive([environment(environmentOf.apiKey), environment(signed)]);
    const first = await rotate(0);
    for (const app of pair.apps) {
      for (const as of [environmentOf.apiKey, signed]) expectGeneric401(await app.api("GET", "/api/v1/runs", { as }));
    }
    const signedByFirst = selfSigned({ id: environmentOf.id, apiKey: first.apiKey }, ["*:all"]);
    const next = await rotate(3);
    await expectAlive([first.apiKey, next.apiKey, signedByFirst].map(environment));
    await sleep(3_100);
    for (const app of pair.apps) {
      for (const as of [first.apiKey, signedByFirst]) expectGeneric401(await app.api("GET", "/api/v1/runs", { as }));
    }
    await expectAlive([environment(next.apiKey)]);
  });

  it("an old key in its grace time leads neither to the new one nor past its own end", async () => {
    const tenant = await createTenant(pair.world.app, "graceful");
    const { id, apiKey: old } = tenant.environments.prod;
    const { apiKey: fresh } = await pair.world.app.admin<{ apiKey: string }>(
      "environment",
      "rotate-key",
      "--id",
      id,
      "--grace-seconds",
      "4",
    );
    const signed = selfSigned({ id, apiKey: old }, ["*:all"]);
    const read = await pair.world.app.api("GET", `/api/v1/projects/${tenant.ref}/prod`, { as: old });
    expect(read.text).not.toContain(fresh);
    expect(
      (await pair.world.ok<{ apiKey: string }>("GET", `/api/v1/projects/${tenant.ref}/prod`, { as: fresh })).apiKey,
    ).toBe(fresh);
    const runTokens = await Promise.all(
      [old, signed].map(async (as) => {
        const answer = await pair.world.app.api("POST", "/api/v1/tasks/x/trigger", { as, body: {} });
        return { run: String(answer.body["id"]), token: answer.headers.get("x-trigger-jwt") ?? "" };
      }),
    );
    for (const { run, token } of runTokens)
      expect((await pair.world.app.api("GET", `/api/v3/runs/${run}`, { as: token })).status).toBe(200);
    await sleep(4_100);
    for (const { run, token } of runTokens)
      expectGeneric401(await pair.world.app.api("GET", `/api/v3/runs/${run}`, { as: token }));
  });
});
