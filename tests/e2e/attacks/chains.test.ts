import type { JsonObject } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Pair, startPair } from "../support/pair.js";
import { WITH_ROLES } from "../support/roles.js";
import { selfSigned } from "../support/self-signed.js";
import { fingerprint } from "../support/state.js";
import { createMember, createTenant, type Tenant } from "../support/world.js";

let pair: Pair;
let org: string;
let member: Tenant;

beforeAll(async () => {
  pair = await startPair(WITH_ROLES);
  org = `/api/v1/orgs/${pair.world.owner.org}`;
  member = await createMember(pair.world, "chained");
});
afterAll(() => pair?.stop());

const api = (method: string, path: string, as: string, body?: unknown) =>
  pair.world.app.api<JsonObject>(method, path, { as, body });
const status = async (...request: Parameters<typeof api>) => (await api(...request)).status;
const setRole = (role: string, who: Tenant = member) =>
  pair.world.ok("PATCH", `${org}/members/${who.userId}`, { as: pair.world.owner.pat, body: { role } });
const putRole = async (slug: string, as: string, name: string, ...scopes: string[]) => {
  const body = { name, permissions: scopes.map((scope) => ({ scope })) };
  expect(await status("POST", `/api/v1/orgs/${slug}/roles`, as, body)).toBe(200);
};
const held = async (email: string, role: string) => (await pair.newPat(email, "--role", role)).token;
const exchangeFor = (ref: string, env: string, as: string, scopes?: string[]) =>
  api("POST", `/api/v1/projects/${ref}/${env}/jwt`, as, scopes ? { claims: { scopes } } : {});

describe("a token that is held to a custom role", () => {
  it("means by it the organization's whose role it was, and nothing elsewhere, whatever is called so there", async () => {
    const { owner, stranger, app } = pair.world;
    await putRole(owner.org, owner.pat, "look-in", "read:runs", "read:members");
    await setRole("admin");
    const token = await held(member.email, "look-in");
    const { token: uat } = await pair.world.mint({}, token);
    // Another organization of theirs makes a role of that name, which does everything.
    await app.admin("member", "add", "--org", stranger.org, "--email", member.email, "--role", "admin");
    await putRole(stranger.org, stranger.pat, "look-in", "admin");
    for (const as of [token, uat]) {
      expect(await status("GET", `/api/v1/projects/${owner.ref}/runs`, as)).toBe(200);
      expect(await status("POST", `${org}/members`, as, { email: "x@example.com" })).toBe(403);
      expect(await status("GET", `/api/v1/projects/${stranger.ref}/prod`, as)).toBe(403);
      expect(await status("GET", `/api/v1/orgs/${stranger.org}/members`, as)).toBe(403);
      expect((await exchangeFor(stranger.ref, "prod", as)).status).toBe(403);
    }
    // Nor does it come back under the name once the role is gone.
    expect(await status("DELETE", `${org}/roles/look-in`, owner.pat)).toBe(204);
    await putRole(owner.org, owner.pat, "look-in", "admin");
    for (const as of [token, uat]) {
      expect(await status("GET", `/api/v1/projects/${owner.ref}/runs`, as)).toBe(403);
      expect((await exchangeFor(owner.ref, "prod", as)).status).toBe(403);
    }
    // One that is made now means the one that there is now.
    const late = await held(member.email, "look-in");
    expect(await status("GET", `/api/v1/projects/${owner.ref}/prod`, late)).toBe(200);
    await app.admin("member", "remove", "--org", stranger.org, "--email", member.email);
  });

  it("is not widened by what its person has under that name", async () => {
    const { owner, app } = pair.world;
    const { org: elsewhere, pat } = await createTenant(app, "elsewhere");
    await putRole(elsewhere, pat, "chief", "read:runs");
    await app.admin("member", "add", "--org", elsewhere, "--email", member.email, "--role", "chief");
    const token = await held(member.email, "chief");
    await putRole(owner.org, owner.pat, "chief", "*:all");
    await setRole("chief");
    expect(await status("GET", `/api/v1/projects/${owner.ref}/runs`, member.pat)).toBe(200);
    expect(await status("GET", `/api/v1/projects/${owner.ref}/runs`, token)).toBe(403);
    await setRole("developer");
  });

  it.each(["constructor", "valueof", "a".repeat(63), "x-_-"])("called %j is a role like any other", async (name) => {
    const { owner } = pair.world;
    await putRole(owner.org, owner.pat, name, "read:runs");
    await setRole(name);
    expect(await status("GET", `/api/v1/projects/${owner.ref}/runs`, member.pat)).toBe(200);
    expect(await status("GET", `${org}/members`, member.pat)).toBe(403);
    await setRole("admin");
    const token = await held(member.email, name);
    expect(await status("GET", `${org}/members`, token)).toBe(403);
    expect((await exchangeFor(owner.ref, "prod", token)).body["scopes"]).toEqual(["read:runs"]);
    await setRole("developer");
  });
});

describe("a token that is held to less than its person", () => {
  it("does not end their membership", async () => {
    await setRole("admin");
    const viewer = await held(member.email, "viewer");
    const { token: uat } = await pair.world.mint({}, viewer);
    const before = await fingerprint(pair.world.pool);
    for (const as of [viewer, uat]) expect(await status("DELETE", `${org}/members/${member.userId}`, as)).toBe(403);
    expect(await fingerprint(pair.world.pool)).toEqual(before);
  });

  it("becomes a member of nothing", async () => {
    const { owner, stranger } = pair.world;
    const invited = await api("POST", `${org}/members`, owner.pat, { email: stranger.email, role: "viewer" });
    const path = `/api/v1/invitations/${String(invited.body["id"])}/accept`;
    const viewer = await held(stranger.email, "viewer");
    const { token: uat } = await pair.world.mint({}, viewer);
    const { token: narrow } = await pair.world.mint({ cap: ["read:all"] }, stranger.pat);
    for (const as of [viewer, uat, narrow]) expect(await status("POST", path, as)).toBe(403);
    expect(await status("GET", org, stranger.pat)).toBe(404);
    expect(await status("DELETE", `${org}/members/${String(invited.body["id"])}`, owner.pat)).toBe(204);
  });
});

describe("a role in one project", () => {
  it("reaches no other project and nothing of the organization, itself or by what is exchanged from it", async () => {
    const { owner } = pair.world;
    const other = await pair.world.app.admin<{ ref: string }>(
      "project",
      "create",
      "--org",
      owner.org,
      "--name",
      "Other",
    );
    await putRole(owner.org, owner.pat, "guest");
    await setRole("guest");
    const grant = `${org}/members/${member.userId}/grants/${owner.ref}`;
    expect(await status("PUT", grant, owner.pat, { role: "admin" })).toBe(200);
    const { token: uat } = await pair.world.mint({}, member.pat);
    for (const as of [member.pat, uat]) {
      expect(await status("GET", `/api/v1/projects/${owner.ref}/prod`, as)).toBe(200);
      for (const [method, path, body] of [
        ["GET", `/api/v1/projects/${other.ref}/prod`],
        ["GET", `/api/v1/projects/${other.ref}/runs`],
        ["POST", `/api/v1/projects/${other.ref}/prod/jwt`, {}],
        ["GET", `/api/v1/projects/${other.ref}/envvars/prod`],
        ["PATCH", `/api/v1/projects/${other.ref}`, { name: "Mine" }],
        ["POST", `${org}/projects`, { name: "Mine" }],
        ["GET", `${org}/members`],
        ["GET", `${org}/roles`],
        ["GET", `${org}/audit`],
        ["GET", `${org}/policy`],
        ["PUT", `${org}/policy`, {}],
        ["POST", `${org}/members`, { email: "x@example.com" }],
        ["PUT", grant, { role: "admin" }],
        ["PUT", `${org}/members/${member.userId}/grants/${other.ref}`, { role: "viewer" }],
        ["PATCH", `${org}/members/${member.userId}`, { role: "admin" }],
      ] as const) {
        expect(await status(method, path, as, body), `${method} ${path}`).toBe(403);
      }
    }
    const jwt = String((await exchangeFor(owner.ref, "prod", uat)).body["token"]);
    expect(await status("GET", "/api/v1/runs", jwt)).toBe(200);
    expect(await status("DELETE", grant, owner.pat)).toBe(204);
    for (const app of pair.apps) expect((await app.api("GET", "/api/v1/runs", { as: jwt })).status).toBe(403);
    expect((await exchangeFor(owner.ref, "prod", uat)).status).toBe(403);
  });

  it("is not taken, with the membership, by who does not hold it", async () => {
    const { owner, app } = pair.world;
    const victim = await createMember(pair.world, "granted");
    await setRole("viewer", victim);
    await putRole(owner.org, owner.pat, "janitor", "read:all", "write:members");
    await setRole("janitor");
    const grant = `${org}/members/${victim.userId}/grants/${owner.ref}`;
    expect(await status("PUT", grant, owner.pat, { role: "admin" })).toBe(200);
    expect(await status("DELETE", grant, member.pat)).toBe(403);
    const refused = await api("DELETE", `${org}/members/${victim.userId}`, member.pat);
    expect([refused.status, refused.body["code"]]).toEqual([403, "exceeds_own"]);
    expect((await app.api("GET", `/api/v1/projects/${owner.ref}/prod`, { as: victim.pat })).status).toBe(200);
    expect(await status("DELETE", grant, owner.pat)).toBe(204);
    expect(await status("DELETE", `${org}/members/${victim.userId}`, member.pat)).toBe(204);
  });
});

describe("the audit trail", () => {
  it("is read by no scope that stands for all, through whatever chain, and by no credential of an environment", async () => {
    const { owner, mint, exchange } = pair.world;
    for (const cap of [["*:all"], ["read:all"], ["read:members", "read:roles"], ["write:audit"], ["read:audit:x"]]) {
      const { token } = await mint({ cap });
      expect(await status("GET", `${org}/audit`, token), JSON.stringify(cap)).toBe(403);
    }
    for (const cap of [["read:audit"], ["admin"], ["*:audit"]]) {
      expect(await status("GET", `${org}/audit`, (await mint({ cap })).token), JSON.stringify(cap)).toBe(200);
    }
    for (const role of ["viewer", "developer"]) {
      const token = await held(owner.email, role);
      for (const as of [token, (await mint({ cap: ["admin"] }, token)).token]) {
        expect(await status("GET", `${org}/audit`, as), role).toBe(403);
      }
    }
    const { token: jwt } = await exchange("prod", { claims: { scopes: ["admin"] } });
    const { prod } = owner.environments;
    for (const as of [jwt, prod.apiKey, selfSigned(prod, ["admin", "read:audit"])]) {
      expect(await status("GET", `${org}/audit`, as)).toBe(401);
    }
  });
});

describe("a policy with a default cap", () => {
  it("binds tokens without a cap, and those that say so in other words, through whatever they are exchanged for", async () => {
    const { owner, mint, exchange, ok } = pair.world;
    const tokens = [await mint(), await mint({ cap: ["admin"] }), await mint({ cap: ["*:all", "*:apiKeys"] })];
    const jwts = await Promise.all(tokens.map(async ({ token }) => (await exchange("prod", {}, token)).token));
    const policy = { defaultCap: ["read:errors"], allowCaplessTokens: false };
    await ok("PUT", `${org}/policy`, { as: owner.pat, body: policy });
    try {
      for (const { token } of tokens) {
        expect(await status("GET", `/api/v1/projects/${owner.ref}/runs`, token)).toBe(403);
        expect(await status("GET", `/api/v1/projects/${owner.ref}/prod`, token)).toBe(403);
        // A token cannot lift what it is narrowed by.
        expect(await status("PUT", `${org}/policy`, token, {})).toBe(403);
        expect(await status("PATCH", `${org}/policy`, token, { clear: ["defaultCap"] })).toBe(403);
        expect((await exchangeFor(owner.ref, "prod", token)).body["scopes"]).toEqual(["read:errors"]);
      }
      for (const jwt of jwts) {
        expect(await status("GET", "/api/v1/errors", jwt)).toBe(200);
        expect(await status("GET", "/api/v1/runs", jwt)).toBe(403);
        expect(await status("POST", "/api/v1/tasks/x/trigger", jwt, {})).toBe(403);
      }
    } finally {
      await ok("PUT", `${org}/policy`, { as: owner.pat, body: {} });
    }
  });
});

describe("a demotion", () => {
  it("reaches what is being exchanged in that very moment, on every server", async () => {
    const { owner } = pair.world;
    for (let round = 0; round < 4; round++) {
      await setRole("admin");
      const { token: uat } = await pair.world.mint({}, member.pat);
      const exchanging = [member.pat, uat, member.pat, uat].flatMap((as, index) =>
        pair.apps.map(async (app) => {
          await new Promise((resolve) => setTimeout(resolve, index * 3));
          return app.api("POST", `/api/v1/projects/${owner.ref}/prod/jwt`, { as, body: {} });
        }),
      );
      await setRole("viewer");
      for (const { status: code, body } of await Promise.all(exchanging)) {
        expect(code).toBe(200);
        for (const app of pair.apps) {
          const as = String(body["token"]);
          expect((await app.api("GET", "/api/v1/runs", { as })).status).toBe(200);
          expect((await app.api("POST", "/api/v1/tasks/x/trigger", { as, body: {} })).status).toBe(403);
        }
      }
    }
  });

  it("leaves who read a key with it, and with what the SDK signs with it, until the membership ends", async () => {
    const { owner, app } = pair.world;
    const leaver = await createMember(pair.world, "key-holder");
    const { dev } = leaver.environments;
    await setRole("viewer", leaver);
    const signed = selfSigned(dev, ["*:all"]);
    expect(await status("GET", `/api/v1/projects/${owner.ref}/dev`, leaver.pat)).toBe(403);
    for (const as of [dev.apiKey, signed]) expect(await status("GET", "/api/v1/runs", as)).toBe(200);
    // What it signs names nobody, and cannot be made to.
    const act = { sub: owner.userId, client: "x", pat: owner.patId };
    expect(await status("GET", "/api/v1/runs", selfSigned(dev, ["*:all"], { act }))).toBe(401);
    await app.admin("member", "remove", "--org", owner.org, "--email", leaver.email);
    for (const as of [dev.apiKey, signed]) expect(await status("GET", "/api/v1/runs", as)).toBe(401);
  });
});

describe("a one-time token", () => {
  it("is spent once, however many use it at once on however many servers", async () => {
    const { dev } = pair.world.owner.environments;
    const token = selfSigned(dev, ["trigger:tasks:once"], { otu: true });
    const uses = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (pair.apps[index % 2] ?? pair.world.app).api("POST", "/api/v1/tasks/once/trigger", { as: token, body: {} }),
      ),
    );
    expect(uses.map((use) => use.status).toSorted()).toEqual([200, ...Array.from({ length: 19 }, () => 401)]);
    // The same claims, spelt in another way, are another token only to who has the key.
    const [head, body, signature] = token.split(".");
    for (const respelt of [
      `${token}=`,
      `${head}.${body}.${signature}=`,
      `${token}A`,
      `${head}=.${body}.${signature}`,
    ]) {
      expect(await status("POST", "/api/v1/tasks/once/trigger", respelt, {})).toBe(401);
    }
  });
});
