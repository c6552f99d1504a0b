import type { JsonObject } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOSTILE_BODIES, HOSTILE_SEGMENTS } from "../support/hostile.js";
import { startPair, type Pair } from "../support/pair.js";
import { WITH_ROLES } from "../support/roles.js";
import { fingerprint } from "../support/state.js";
import { createTenant, type Tenant } from "../support/world.js";

let pair: Pair;
let org: string;
/** A member of the owner's organization by the name of their role. */
const people = new Map<string, Tenant>();

beforeAll(async () => {
  pair = await startPair(WITH_ROLES);
  const { app, owner } = pair.world;
  org = `/api/v1/orgs/${owner.org}`;
  for (const role of ["admin", "developer", "viewer"]) {
    const tenant = await createTenant(app, `a-${role}`);
    await app.admin("member", "add", "--org", owner.org, "--email", tenant.email, "--role", role);
    people.set(role, tenant);
  }
  people.set("owner", owner);
});
afterAll(() => pair?.stop());

function person(role: string): Tenant {
  const tenant = people.get(role);
  if (!tenant) throw new Error(`nobody is ${role}`);
  return tenant;
}

const api = (method: string, path: string, as: string, body?: unknown) =>
  pair.world.app.api<JsonObject>(method, `${org}${path}`, { as, body });
const memberPath = (role: string) => `/members/${person(role).userId}`;

async function expectUnchanged(requests: readonly (readonly [string, string, string, unknown?])[], statuses: number[]) {
  const before = await fingerprint(pair.world.pool);
  for (const [method, path, as, body] of requests) {
    const answer = await api(method, path, as, body);
    expect(statuses, `${method} ${path} ${JSON.stringify(body)}: ${answer.text}`).toContain(answer.status);
  }
  expect(await fingerprint(pair.world.pool)).toEqual(before);
}

describe("nobody is given more than the giver holds", () => {
  const powers = (as: string) => [
    ...["owner", "admin"].flatMap((role) => [
      ["PATCH", memberPath("admin"), as, { role }] as const,
      ["PATCH", memberPath("developer"), as, { role }] as const,
      ["PATCH", memberPath("viewer"), as, { role }] as const,
      ["POST", "/members", as, { email: "friend@example.com", role }] as const,
    ]),
    ["POST", "/roles", as, { name: "crown", permissions: [{ scope: "admin" }] }] as const,
    ["POST", "/roles", as, { name: "keys", permissions: [{ scope: "read:apiKeys" }] }] as const,
  ];

  it("by inviting, assigning or making a role, for oneself or another", async () => {
    await expectUnchanged(
      ["developer", "viewer"].flatMap((role) => powers(person(role).pat)),
      [403],
    );
    const admin = person("admin").pat;
    await expectUnchanged(
      [
        ["PATCH", memberPath("admin"), admin, { role: "owner" }],
        ["POST", "/members", admin, { email: "friend@example.com", role: "owner" }],
        ["PATCH", memberPath("owner"), admin, { role: "viewer" }],
        ["DELETE", memberPath("owner"), admin],
        ["POST", "/roles", admin, { name: "crown", permissions: [{ scope: "admin" }] }],
        ["PUT", `${memberPath("admin")}/grants/${person("owner").ref}`, admin, { role: "owner" }],
      ],
      [400, 403],
    );
  });

  it("by a token that may do less than its person", async () => {
    const { mint, owner } = pair.world;
    const { token: narrow } = await mint({ cap: ["read:members", "write:members", "read:roles", "write:roles"] });
    await expectUnchanged(powers(narrow), [403]);
    const { token: ofViewer } = await pair.newPat(owner.email, "--role", "viewer");
    const { token: child } = await mint({}, ofViewer);
    for (const as of [ofViewer, child]) await expectUnchanged(powers(as), [403]);
    const { token: ofAdmin } = await pair.newPat(owner.email, "--role", "admin");
    await expectUnchanged(
      [
        ["PATCH", memberPath("viewer"), ofAdmin, { role: "owner" }],
        ["POST", "/roles", ofAdmin, { name: "crown", permissions: [{ scope: "admin" }] }],
      ],
      [403],
    );
    const refused = await api("PATCH", memberPath("viewer"), narrow, { role: "admin" });
    expect([refused.body["code"], refused.body["scopes"]]).toEqual(["exceeds_own", expect.arrayContaining(["*:all"])]);
  });

  it("by editing the role that one has", async () => {
    const { owner, pool } = pair.world;
    const own = [{ scope: "*:members" }, { scope: "*:roles" }];
    expect((await api("POST", "/roles", owner.pat, { name: "steward", permissions: own })).status).toBe(200);
    expect((await api("PATCH", memberPath("developer"), owner.pat, { role: "steward" })).status).toBe(200);
    const as = person("developer").pat;
    await expectUnchanged(
      [
        ["PATCH", "/roles/steward", as, { permissions: [...own, { scope: "read:apiKeys" }] }],
        ["PATCH", "/roles/steward", as, { permissions: [{ scope: "admin" }] }],
        ["PATCH", memberPath("developer"), as, { role: "admin" }],
        ["POST", "/roles", as, { name: "other", permissions: [{ scope: "write:envvars", environments: ["PREVIEW"] }] }],
      ],
      [403],
    );
    expect((await api("DELETE", "/roles/steward", as)).status).toBe(409);
    // What its holder invited ends with what the role was.
    expect((await api("POST", "/members", as, { email: "late@example.com", role: "steward" })).status).toBe(200);
    expect((await api("PATCH", "/roles/steward", owner.pat, { permissions: [{ scope: "read:members" }] })).status).toBe(
      200,
    );
    expect((await pool.query("SELECT 1 FROM organization_invitation")).rowCount).toBe(0);
    expect((await api("PATCH", memberPath("developer"), owner.pat, { role: "developer" })).status).toBe(200);
    expect((await api("DELETE", "/roles/steward", owner.pat)).status).toBe(204);
  });

  it("by a name that looks like another", async () => {
    const { owner } = pair.world;
    const names = ["__proto__", "constructor", "Owner", "OWNER", "оwner", "owner ", "ｏｗｎｅｒ", "", "toString"];
    await expectUnchanged(
      names.flatMap((role) => [
        ["PATCH", memberPath("viewer"), owner.pat, { role }] as const,
        ["POST", "/members", owner.pat, { email: "friend@example.com", role }] as const,
      ]),
      [400, 404],
    );
  });
});

describe("the last owner", () => {
  it("stays, by whatever path", async () => {
    const { app, owner } = pair.world;
    await expectUnchanged(
      [
        ["PATCH", memberPath("owner"), owner.pat, { role: "admin" }],
        ["DELETE", memberPath("owner"), owner.pat],
      ],
      [409],
    );
    const before = await fingerprint(pair.world.pool);
    const who = ["--org", owner.org, "--email", owner.email] as const;
    await expect(app.admin("member", "remove", ...who)).rejects.toThrow("owner");
    await expect(app.admin("member", "set-role", ...who, "--role", "viewer")).rejects.toThrow("owner");
    await expect(app.admin("user", "delete", "--email", owner.email)).rejects.toThrow("owner");
    expect(await fingerprint(pair.world.pool)).toEqual(before);
  });

  it("stays when two owners demote and remove one another at once, on two servers", async () => {
    const { world, apps } = pair;
    const admin = person("admin");
    for (let round = 0; round < 6; round++) {
      await world.app.admin("member", "set-role", "--org", world.owner.org, "--email", admin.email, "--role", "owner");
      const pairs = [
        [world.owner.pat, memberPath("admin")],
        [admin.pat, memberPath("owner")],
        [world.owner.pat, memberPath("owner")],
        [admin.pat, memberPath("admin")],
      ] as const;
      const answers = await Promise.all(
        pairs.map(([as, path], index) =>
          apps[index % 2 === 0 ? 0 : 1].api("PATCH", `${org}${path}`, { as, body: { role: "viewer" } }),
        ),
      );
      for (const { status, text } of answers) expect([200, 403, 409], text).toContain(status);
      const { rows } = await world.pool.query<{ id: string }>(
        `SELECT m.user_id AS id FROM organization_member m JOIN organization o ON o.id = m.organization_id
         WHERE o.slug = $1 AND m.role = 'owner'`,
        [world.owner.org],
      );
      expect(rows.length).toBeGreaterThan(0);
      const { email } = world.owner;
      await world.app.admin("member", "set-role", "--org", world.owner.org, "--email", email, "--role", "owner");
      await world.app.admin("member", "set-role", "--org", world.owner.org, "--email", admin.email, "--role", "admin");
    }
  }, 120_000);
});

describe("an invitation", () => {
  it("tells nobody who has an account, and is for the person with that very address alone", async () => {
    const { app, owner, stranger } = pair.world;
    const answers = [];
    for (const email of [stranger.email, "nobody@example.com"]) {
      answers.push((await api("POST", "/members", owner.pat, { email, role: "viewer" })).body);
    }
    const [known, unknown] = answers.map(({ id, email, createdAt, expiresAt, ...rest }) => ({
      ...{ rest, types: [typeof id, typeof email, typeof createdAt, typeof expiresAt] },
    }));
    expect(known).toEqual(unknown);
    const own = await app.api<{ invitations: { id: string }[] }>("GET", "/api/v1/invitations", { as: stranger.pat });
    const id = own.body.invitations[0]?.id ?? "";
    const theirs = String(answers[1]?.["id"]);
    const accept = (as: string, invitation: string) =>
      app.api("POST", `/api/v1/invitations/${invitation}/accept`, { as });
    const missing = await accept(stranger.pat, "invite_aaaaaaaaaaaaaaaaaaaaaaaa");
    for (const [as, one] of [
      [stranger.pat, theirs],
      [person("viewer").pat, id],
      [stranger.pat, "invite_%00"],
    ] as const) {
      const answer = await accept(as, one);
      expect([answer.status, answer.body["error"]]).toEqual([404, missing.body["error"]]);
    }
    expect((await app.api("GET", org, { as: stranger.pat })).status).toBe(404);
    // Accepted once, however often at once.
    const both = await Promise.all([accept(stranger.pat, id), accept(stranger.pat, id)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 404]);
    expect((await api("GET", "/roles", stranger.pat)).status).toBe(200);
    expect((await api("POST", "/members", owner.pat, { email: stranger.email, role: "viewer" })).status).toBe(409);
    // Whoever is there may leave, by a token that was not narrowed below that.
    const { token: narrow } = await pair.world.mint({ cap: ["read:all"] }, stranger.pat);
    expect((await api("DELETE", `/members/${stranger.userId}`, narrow)).status).toBe(403);
    expect((await api("DELETE", `/members/${stranger.userId}`, stranger.pat)).status).toBe(204);
    expect((await api("DELETE", `/members/${theirs}`, owner.pat)).status).toBe(204);
  });

  it("ends when its maker is demoted or leaves", async () => {
    const { app, owner, stranger } = pair.world;
    const admin = person("admin");
    const invite = async () =>
      String((await api("POST", "/members", admin.pat, { email: stranger.email, role: "admin" })).body["id"]);
    const accept = (id: string) => app.api("POST", `/api/v1/invitations/${id}/accept`, { as: stranger.pat });
    const first = await invite();
    expect((await api("PATCH", memberPath("admin"), owner.pat, { role: "viewer" })).status).toBe(200);
    expect((await accept(first)).status).toBe(404);
    expect((await api("PATCH", memberPath("admin"), owner.pat, { role: "admin" })).status).toBe(200);
    const second = await invite();
    await pair.world.pool.query("UPDATE organization_invitation SET expires_at = now() - interval '1 second'");
    expect((await accept(second)).status).toBe(404);
  });
});

describe("what is managed here", () => {
  it("is hidden from who is no member", async () => {
    const { app, stranger } = pair.world;
    for (const [method, path, body] of [
      ["GET", "/members"],
      ["POST", "/members", { email: "x@example.com" }],
      ["PATCH", memberPath("viewer"), { role: "viewer" }],
      ["DELETE", memberPath("viewer")],
      ["GET", "/roles"],
      ["POST", "/roles", { name: "x", permissions: [] }],
      ["DELETE", "/roles/x"],
    ] as const) {
      const foreign = await app.api(method, `${org}${path}`, { as: stranger.pat, body });
      const unknown = await app.api(method, `/api/v1/orgs/nowhere${path}`, { as: stranger.pat, body });
      expect([foreign.status, foreign.body["error"]], path).toEqual([404, unknown.body["error"]]);
    }
  });

  it("takes no harm from hostile bodies and paths", async () => {
    const { owner, stranger, app } = pair.world;
    const before = await fingerprint(pair.world.pool);
    const sound = (status: number, what: string) => expect(status, what).toBeLessThan(500);
    for (const segment of HOSTILE_SEGMENTS) {
      for (const path of [`/members/${segment}`, `/roles/${segment}`, `${memberPath("viewer")}/grants/${segment}`]) {
        sound((await app.api("DELETE", `${org}${path}`, { as: owner.pat })).status, path);
      }
    }
    for (const raw of HOSTILE_BODIES) {
      for (const [method, path] of [
        ["POST", "/members"],
        ["PATCH", memberPath("viewer")],
        ["POST", "/roles"],
        ["PUT", "/policy"],
      ] as const) {
        const headers = { "content-type": "application/json" };
        sound((await app.api(method, `${org}${path}`, { as: stranger.pat, raw, headers })).status, raw.slice(0, 80));
        if (path !== "/policy")
          sound((await app.api(method, `${org}${path}`, { as: owner.pat, raw, headers })).status, raw.slice(0, 80));
      }
    }
    expect(await fingerprint(pair.world.pool)).toEqual(before);
  });
});
