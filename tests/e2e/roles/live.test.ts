import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot, shellBlocks } from "@trigger.dev/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Pair, startPair } from "../support/pair.js";
import { createRoleChanges, type RoleChanges, WITH_ROLES } from "../support/roles.js";
import { createMember, type Tenant } from "../support/world.js";

let pair: Pair;
let roles: RoleChanges;
let dev: Tenant;
beforeAll(async () => {
  pair = await startPair(WITH_ROLES);
  roles = createRoleChanges(pair.world.pool, pair.world.owner.org);
  dev = await createMember(pair.world, "grace");
});
afterAll(() => pair?.stop());

interface Descendants {
  /** A PAT, and a UAT minted from it. */
  people: string[];
  /** Exchanged from each of them, in dev, with all that there is to grant. */
  jwts: string[];
}

async function descend(pat: string): Promise<Descendants> {
  const { token: uat } = await pair.world.mint({}, pat);
  const jwts = [];
  for (const as of [pat, uat]) jwts.push((await pair.world.exchange("dev", {}, as)).token);
  return { people: [pat, uat], jwts };
}

/** The answers of both processes to what needs `write:runs`, `read:runs`, `read:envvars` and `read:apiKeys` in dev. */
async function statuses({ people, jwts }: Descendants): Promise<number[][]> {
  const { ref } = dev;
  const all: number[][] = [];
  for (const app of pair.apps) {
    for (const as of jwts) {
      const trigger = await app.api("POST", "/api/v1/tasks/hello/trigger", { as, body: {} });
      const list = await app.api("GET", "/api/v1/runs", { as });
      all.push([trigger.status, list.status]);
    }
    for (const as of people) {
      const runs = await app.api("GET", `/api/v1/projects/${ref}/runs?filter[env]=dev`, { as });
      const status = await app.api("GET", `/api/v1/projects/${ref}/dev-status`, { as });
      const variables = await app.api("GET", `/api/v1/projects/${ref}/envvars/dev`, { as });
      const key = await app.api("GET", `/api/v1/projects/${ref}/dev`, { as });
      all.push([runs.status, status.status, variables.status, key.status]);
    }
  }
  return all;
}

async function expectStatuses(tokens: Descendants, expected: number[][]): Promise<void> {
  expect(await statuses(tokens)).toEqual(expected);
}

/** What both processes answer each descendant: the JWTs, then the people's tokens. */
const everywhere = (jwt: number[], person: number[]) => [jwt, jwt, person, person, jwt, jwt, person, person];
const ALL = everywhere([200, 200], [200, 200, 200, 200]);
const READS = everywhere([403, 200], [200, 200, 403, 403]);
const NOTHING = everywhere([403, 403], [403, 403, 403, 403]);

describe("the next request of every descendant token, on each of two processes, obeys", () => {
  let tokens: Descendants;
  beforeEach(async () => {
    await roles.setRole(dev.userId, "developer");
    tokens = await descend(dev.pat);
    await expectStatuses(tokens, ALL);
  });

  it("a demotion, and a promotion again", async () => {
    await pair.world.app.admin("member", "set-role", "--org", dev.org, "--email", dev.email, "--role", "viewer");
    await expectStatuses(tokens, READS);
    await roles.setRole(dev.userId, "developer");
    await expectStatuses(tokens, ALL);
  });

  it("a role that is edited, and deleted", async () => {
    await roles.putCustomRole("ops", [{ scope: "*:all" }, { scope: "read:apiKeys" }]);
    await roles.setRole(dev.userId, "ops");
    await expectStatuses(tokens, ALL);
    await roles.putCustomRole("ops", [{ scope: "read:runs" }, { scope: "read:tasks" }]);
    await expectStatuses(tokens, READS);
    await roles.deleteCustomRole("ops");
    await expectStatuses(tokens, NOTHING);
  });

  it("a grant in the project that is taken back", async () => {
    await roles.setRole(dev.userId, "viewer");
    await roles.grant(dev.userId, dev.ref, "developer");
    await expectStatuses(tokens, ALL);
    await roles.revokeGrants(dev.userId);
    await expectStatuses(tokens, READS);
  });

  it("a condition on the environment's type", async () => {
    await roles.putCustomRole("ops", [{ scope: "*:all", environments: ["PRODUCTION"] }, { scope: "*:apiKeys" }]);
    await roles.setRole(dev.userId, "ops");
    await expectStatuses(tokens, everywhere([403, 403], [403, 403, 403, 200]));
  });

  it("a removal, which a return does not undo", async () => {
    const other = await createMember(pair.world, "leaver");
    const theirs = await descend(other.pat);
    await pair.world.app.admin("member", "remove", "--org", other.org, "--email", other.email);
    const gone = everywhere([401, 401], [404, 404, 404, 404]);
    await expectStatuses(theirs, gone);
    await pair.world.app.admin("member", "add", "--org", other.org, "--email", other.email, "--role", "admin");
    const answers = await statuses(theirs);
    expect([answers[0], answers[1], answers[4], answers[5]]).toEqual([
      [401, 401],
      [401, 401],
      [401, 401],
      [401, 401],
    ]);
  });
});

describe("a token's highest role", () => {
  it("binds it, what is minted from it and what is exchanged, whatever its owner may do", async () => {
    const { token } = await pair.newPat(pair.world.owner.email, "--role", "viewer");
    const tokens = await descend(token);
    await expectStatuses(tokens, READS);
    const { scopes, deniedScopes } = await pair.world.exchange(
      "dev",
      { claims: { scopes: ["read:all", "admin"] } },
      token,
    );
    expect(deniedScopes).toEqual(["read:all", "admin"]);
    expect(scopes).toContain("read:runs");
    expect(scopes.filter((scope) => !scope.startsWith("read:") || /envvars|apiKeys|all/.test(scope))).toEqual([]);
  });

  it("is refused by the operator's tool when nobody knows it", async () => {
    for (const role of ["nobody", "__proto__", "оwner"])
      await expect(pair.newPat(dev.email, "--role", role)).rejects.toThrow(/role/);
  });
});

describe("docs/roles.md", () => {
  it("starts the server and makes a token as these servers are started and make theirs", async () => {
    const text = await readFile(join(repositoryRoot(), "docs/roles.md"), "utf8");
    const [start = "", create = "", ...more] = shellBlocks(text);
    expect(start).toBe(`RBAC_PLUGIN=${WITH_ROLES.RBAC_PLUGIN} npm start\n`);
    expect(more).toEqual([]);
    const { admin } = pair.world.app;
    await admin("user", "create", "--email", "ada@example.com");
    const [npm, run, tool, dashes, ...args] = create.trim().split(" ");
    expect([npm, run, tool, dashes]).toEqual(["npm", "run", "admin", "--"]);
    expect(await admin(...args)).toMatchObject({ token: expect.stringMatching(/^tr_pat_/) });
  });
});

describe("a developer", () => {
  it("reads production's runs, but neither its key nor its variables, by any token", async () => {
    await roles.setRole(dev.userId, "developer");
    const { token: uat } = await pair.world.mint({}, dev.pat);
    for (const as of [dev.pat, uat]) {
      const get = async (path: string) =>
        (await pair.world.app.api("GET", `/api/v1/projects/${dev.ref}${path}`, { as })).status;
      expect(await get("/runs?filter[env]=prod")).toBe(200);
      expect(await get("/prod")).toBe(403);
      expect(await get("/envvars/prod")).toBe(403);
      expect(await get("/staging")).toBe(200);
      expect(await get("/envvars/staging")).toBe(200);
      const jwt = (await pair.world.exchange("prod", {}, as)).token;
      expect((await pair.world.app.api("GET", "/api/v1/runs", { as: jwt })).status).toBe(200);
      expect((await pair.world.app.api("POST", "/api/v1/tasks/hello/trigger", { as: jwt, body: {} })).status).toBe(403);
    }
  });
});

describe("a list of a project's runs", () => {
  it("holds those of the environments whose runs the role lets one list, and no others", async () => {
    const { owner, app, ok } = pair.world;
    const trigger = (as: string) => ok<{ id: string }>("POST", "/api/v1/tasks/hello/trigger", { as, body: {} });
    const inStaging = await trigger(owner.environments.staging.apiKey);
    const inProduction = await trigger(owner.environments.prod.apiKey);
    await roles.putCustomRole("stager", [{ scope: "read:runs", environments: ["STAGING"] }]);
    await roles.setRole(dev.userId, "stager");
    const path = `/api/v1/projects/${dev.ref}/runs`;
    const listed = await ok<{ data: { id: string }[] }>("GET", path, { as: dev.pat });
    const ids = listed.data.map(({ id }) => id);
    expect(ids).toContain(inStaging.id);
    expect(ids).not.toContain(inProduction.id);
    for (const named of ["prod", "staging,prod"]) {
      const refused = await app.api("GET", `${path}?filter[env]=${named}`, { as: dev.pat });
      expect([refused.status, refused.body["scopes"]]).toEqual([403, ["read:runs"]]);
    }
    await roles.setRole(dev.userId, "viewer");
    await roles.deleteCustomRole("stager");
  });
});

describe("branches", () => {
  it("are listed and made where the role allows it", async () => {
    await roles.putCustomRole("brancher", [{ scope: "*:branches", environments: ["DEVELOPMENT"] }]);
    await roles.setRole(dev.userId, "brancher");
    const path = `/api/v1/projects/${dev.ref}/branches`;
    const { app, owner } = pair.world;
    const make = async (as: string, branch: string, env: string) =>
      (await app.api("POST", path, { as, body: { branch, env } })).status;
    expect(await make(owner.pat, "theirs", "preview")).toBe(200);
    expect(await make(dev.pat, "mine", "dev")).toBe(200);
    expect(await make(dev.pat, "mine", "preview")).toBe(403);
    const { branches } = await pair.world.ok<{ branches: { branch: string }[] }>("GET", path, { as: dev.pat });
    expect(branches.map(({ branch }) => branch)).toEqual(["mine"]);
  });
});

describe("the last owner", () => {
  it("is not taken away by the operator's tool, nor with their account", async () => {
    const { app, owner } = pair.world;
    const member = ["--org", owner.org, "--email", owner.email];
    await expect(app.admin("member", "set-role", ...member, "--role", "admin")).rejects.toThrow(/owner/);
    await expect(app.admin("member", "remove", ...member)).rejects.toThrow(/owner/);
    await expect(app.admin("user", "delete", "--email", owner.email)).rejects.toThrow(/the last owner of main/);
    expect((await app.api("GET", "/api/v2/whoami", { as: owner.pat })).status).toBe(200);
  });
});
