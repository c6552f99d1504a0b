import type { JsonObject } from "@trigger.dev/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startPair, type Pair } from "../support/pair.js";
import { createTenant } from "../support/world.js";

let pair: Pair;

beforeAll(async () => {
  pair = await startPair();
});
afterAll(() => pair?.stop());

const POLICY = () => `/api/v1/orgs/${pair.world.owner.org}/policy`;
const setPolicy = (body: JsonObject) => pair.world.ok("PUT", POLICY(), { as: pair.world.owner.pat, body });
afterEach(() => setPolicy({}));

/** The same on both servers, at the next request. */
async function expectBoth(
  request: readonly [string, string, string, JsonObject?],
  status: number,
  says?: readonly string[],
) {
  const [method, path, as, body] = request;
  for (const app of pair.apps) {
    const answer = await app.api(method, path, { as, body });
    expect(answer.status, `${method} ${path}: ${answer.text}`).toBe(status);
    for (const word of says ?? []) expect(answer.body["error"]).toContain(word);
  }
}

describe("a policy that is tightened", () => {
  it("narrows user-actor tokens and what they were exchanged for, on every server, and says which it is", async () => {
    const { mint, exchange, owner } = pair.world;
    const capless = await mint({ client: "ci" });
    const jwt = (await exchange("prod", {}, capless.token)).token;
    const envvars = ["GET", `/api/v1/projects/${owner.ref}/envvars/prod`, capless.token] as const;
    const runs = ["GET", "/api/v1/runs", jwt] as const;
    const trigger = ["POST", "/api/v1/tasks/hello/trigger", jwt, {}] as const;
    for (const request of [envvars, runs, trigger]) await expectBoth(request, 200);

    await setPolicy({ defaultCap: ["read:runs"] });
    await expectBoth(runs, 200);
    await expectBoth(envvars, 403, ["read:envvars", `organization ${owner.org}`, "(defaultCap)"]);
    await expectBoth(trigger, 403, ["trigger:tasks", `organization ${owner.org}`, "(defaultCap)"]);

    await setPolicy({ allowCaplessTokens: false });
    for (const request of [envvars, runs, trigger]) await expectBoth(request, 403, ["(allowCaplessTokens)", owner.org]);

    await setPolicy({ clients: ["nightly-report"] });
    for (const request of [envvars, runs, trigger]) await expectBoth(request, 403, ["(clients)", owner.org]);

    await pair.world.pool.query(
      `UPDATE user_actor_token SET created_at = created_at - interval '2 minutes' WHERE id = $1`,
      [capless.id],
    );
    await setPolicy({ maxTokenTtlSeconds: 120 });
    for (const request of [envvars, runs, trigger]) {
      await expectBoth(request, 403, ["(maxTokenTtlSeconds)", "120", owner.org]);
    }
    await setPolicy({});
    for (const request of [envvars, runs, trigger]) await expectBoth(request, 200);
  });

  it("cuts what is exchanged to its lifetime, for user-actor tokens and personal access tokens", async () => {
    const { mint, exchange, owner } = pair.world;
    const uat = await mint({ ttlSeconds: 86_400 });
    await setPolicy({ maxTokenTtlSeconds: 600 });
    for (const as of [uat.token, owner.pat]) {
      const { expiresAt } = await exchange("prod", { expirationTime: "2h" }, as);
      expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(600_000);
    }
  });

  it("leaves personal access tokens, keys and what keys sign alone, so that it can always be mended", async () => {
    const { owner } = pair.world;
    await setPolicy({ clients: ["x"], allowCaplessTokens: false, defaultCap: ["read:runs"], maxTokenTtlSeconds: 1 });
    await expectBoth(["GET", POLICY(), owner.pat], 200);
    await expectBoth(["GET", "/api/v1/runs", owner.environments.prod.apiKey], 200);
  });

  it("is not lifted by a token that it narrows", async () => {
    const { mint } = pair.world;
    await setPolicy({ defaultCap: ["read:members", "write:members"] });
    const { token } = await mint();
    await expectBoth(["GET", POLICY(), token], 200);
    await expectBoth(["PUT", POLICY(), token, {}], 403, ["(defaultCap)"]);
    await expectBoth(["PATCH", POLICY(), token, { clear: ["defaultCap"] }], 403, ["(defaultCap)"]);
    const { token: narrow } = await mint({ cap: ["read:members"] });
    await expectBoth(["PUT", POLICY(), narrow, {}], 403, ["write:members"]);
  });
});

describe("a mint", () => {
  const mintAs = (as: string, body: JsonObject) =>
    pair.world.app.api<JsonObject>("POST", "/api/v1/auth/user-actor-token", { as, body });

  it("is refused what every organization of the person refuses, with the rule and the organization", async () => {
    const { owner } = pair.world;
    await setPolicy({ clients: ["ci"], allowCaplessTokens: false, maxTokenTtlSeconds: 600 });
    const good = { client: "ci", cap: ["read:runs"], ttlSeconds: 600 };
    expect((await mintAs(owner.pat, good)).status).toBe(200);
    for (const [change, rule] of [
      ...["сi", "ｃｉ", "CI", "ci ", "c\u0456"].map((client) => [{ client }, "clients"] as const),
      [{ ttlSeconds: 601 }, "maxTokenTtlSeconds"],
      [{ cap: ["admin"] }, "allowCaplessTokens"],
      [{ cap: ["*:all", "*:apiKeys"] }, "allowCaplessTokens"],
    ] as const) {
      const { status, body } = await mintAs(owner.pat, { ...good, ...change });
      expect(status, JSON.stringify(change)).toBe(400);
      expect(body["error"]).toContain(`(${rule})`);
      expect(body["error"]).toContain(owner.org);
    }
    // One that shows nothing of what is in it is no label at all.
    expect((await mintAs(owner.pat, { ...good, client: "c\u200bi" })).status).toBe(400);
    expect((await mintAs(owner.pat, { client: "ci" })).status).toBe(400);
    expect((await mintAs(owner.pat, { ...good, cap: [] })).status).toBe(400);
  });

  it("without a cap gets the default one, which follows the policy when that is tightened again", async () => {
    const { mint, owner } = pair.world;
    await setPolicy({ defaultCap: ["read:runs", "read:tasks"] });
    const minted = await mint();
    expect(minted.cap).toEqual(["read:runs", "read:tasks"]);
    const list = ["GET", `/api/v1/projects/${owner.ref}/runs`, minted.token] as const;
    await expectBoth(list, 200);
    await setPolicy({ defaultCap: ["read:tasks"] });
    await expectBoth(list, 403, ["(defaultCap)"]);
    // Nor is it widened: what it was minted with stays its own cap.
    await setPolicy({});
    await expectBoth(["GET", `/api/v1/projects/${owner.ref}/envvars/prod`, minted.token], 403, ["read:envvars"]);
  });

  it("is not stood in the way of by one organization for another, which holds its own line where the token is used", async () => {
    const { world } = pair;
    const { app, owner } = world;
    const other = await createTenant(app, "elsewhere");
    await app.admin("member", "add", "--org", owner.org, "--email", other.email);
    await setPolicy({ clients: ["ci"], allowCaplessTokens: false, maxTokenTtlSeconds: 60, mintsPerMinute: 1 });
    const { token, cap } = await world.mint({ client: "mine", ttlSeconds: 86_400 }, other.pat);
    expect(cap).toBeNull();
    await expectBoth(["GET", `/api/v1/projects/${other.ref}/envvars/prod`, token], 200);
    await expectBoth(["GET", `/api/v1/projects/${owner.ref}/envvars/prod`, token], 403, ["(clients)", owner.org]);
    await expectBoth(["POST", `/api/v1/projects/${owner.ref}/prod/jwt`, token, {}], 403, ["(clients)"]);
  });
});

describe("a policy", () => {
  it("is bounded by the instance, and told whole", async () => {
    const { owner, app } = pair.world;
    for (const body of [
      { maxTokenTtlSeconds: 31_536_001 },
      { maxTokenTtlSeconds: 0 },
      { maxTokenTtlSeconds: null },
      { defaultCap: [] },
      { defaultCap: ["read:nothing"] },
      { defaultCap: null },
      { clients: [] },
      { clients: [""] },
      { clients: ["a\nb"] },
      { clients: "ci" },
      { mintsPerMinute: 1201 },
      { exchangesPerMinute: 12_001 },
      { allowCaplessTokens: "no" },
    ]) {
      const answer = await app.api("PUT", POLICY(), { as: owner.pat, body });
      expect(answer.status, JSON.stringify(body)).toBe(400);
    }
    const policy = { maxTokenTtlSeconds: 60, defaultCap: ["read:runs"], allowCaplessTokens: false, clients: ["ci"] };
    const rates = { mintsPerMinute: 10, exchangesPerMinute: 20 };
    expect(await setPolicy({ ...policy, ...rates })).toEqual({ organization: owner.org, ...policy, ...rates });
    expect(await app.admin("policy", "get", "--org", owner.org)).toMatchObject(policy);
    await app.admin("policy", "set", "--org", owner.org, "--clear", "clients,defaultCap", "--mints-per-minute", "7");
    expect(await pair.world.ok("GET", POLICY(), { as: owner.pat })).toMatchObject({
      maxTokenTtlSeconds: 60,
      defaultCap: null,
      clients: null,
      mintsPerMinute: 7,
    });
  });

  it("keeps every rule of many that are changed at the same time, on every server and by the operator", async () => {
    const { owner, app } = pair.world;
    await setPolicy({ clients: ["old"], defaultCap: ["read:runs"] });
    const change = (index: number, body: JsonObject) =>
      pair.apps[index % 2]?.api("PATCH", POLICY(), { as: owner.pat, body });
    const set = ["policy", "set", "--org", owner.org];
    const answers = await Promise.all([
      change(0, { maxTokenTtlSeconds: 600 }),
      change(1, { clear: ["clients"] }),
      change(0, { mintsPerMinute: 7 }),
      change(1, { allowCaplessTokens: false }),
      app.admin(...set, "--exchanges-per-minute", "9"),
      app.admin(...set, "--clear", "defaultCap"),
    ]);
    expect(answers).toHaveLength(6);
    expect(await pair.world.ok("GET", POLICY(), { as: owner.pat })).toEqual({
      organization: owner.org,
      ...{ maxTokenTtlSeconds: 600, mintsPerMinute: 7, exchangesPerMinute: 9 },
      ...{ allowCaplessTokens: false, clients: null, defaultCap: null },
    });
    for (const body of [{ clear: ["nothing"] }, { clear: null }, { clients: null }, { mintsPerMinute: 1201 }]) {
      expect((await app.api("PATCH", POLICY(), { as: owner.pat, body })).status, JSON.stringify(body)).toBe(400);
    }
  });

  it("is hidden from who is no member, like the organization", async () => {
    const { stranger, app } = pair.world;
    const unknown = await app.api("GET", "/api/v1/orgs/nowhere/policy", { as: stranger.pat });
    const foreign = await app.api("GET", POLICY(), { as: stranger.pat });
    expect([foreign.status, foreign.body["error"]]).toEqual([404, unknown.body["error"]]);
    expect((await app.api("PUT", POLICY(), { as: stranger.pat, body: {} })).status).toBe(404);
  });
});
