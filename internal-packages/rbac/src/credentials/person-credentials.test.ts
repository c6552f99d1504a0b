import { createPersonalAccessToken } from "@trigger.dev/core/ids";
import { createKeyRingEntry, parseKeyRing, signJwt } from "@trigger.dev/core/jwt";
import { signUserActorToken, type AccessTarget, type Resolved, type UserEvidence } from "@trigger.dev/plugins/rbac";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorld, inHours, seconds, type World } from "../test-world/world.js";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const NONE = { target: { kind: "none" } } as const;

const accepted = (resolved: Resolved<UserEvidence>): UserEvidence => {
  if (!resolved.ok) throw new Error(`refused: ${resolved.reason}`);
  return resolved.evidence;
};

describe("a personal access token", () => {
  it("proves its user, in one statement", async () => {
    const pat = await world.insert.pat(world.ada.id, { maxRole: "viewer" });
    const { value, statements } = await world.counting(() => world.resolvers.personalAccessToken(pat.token, NONE));
    expect(statements).toBe(1);
    expect(accepted(value)).toMatchObject({
      user: { id: world.ada.id, email: "ada@example.test" },
      credential: { kind: "pat", id: pat.id, maxRole: "viewer", expiresAt: null },
      ...{ caps: [], place: null, missing: null, role: null },
    });
  });

  it.each([
    ["an unknown one", async () => createPersonalAccessToken(), "unknown", 1],
    [
      "one with a wrong checksum",
      async () => createPersonalAccessToken().replace(/.$/, (last) => (last === "1" ? "2" : "1")),
      "checksum",
      0,
    ],
    ["a short one", async () => "tr_pat_123", "malformed", 0],
    ["one in upper case", async () => createPersonalAccessToken().toUpperCase(), "wrong_kind", 0],
    ["a user-actor token", async () => "tr_uat_x", "wrong_kind", 0],
    ["an environment's key", async () => world.prod.apiKey, "wrong_kind", 0],
    ["one with white space", async () => `${createPersonalAccessToken()}\n`, "malformed", 0],
    ["a revoked one", () => endedPat("revoked_at = now()"), "revoked", 1],
    ["an expired one", () => endedPat("expires_at = now() - interval '1 second'"), "expired", 1],
  ])("is refused when it is %s", async (_what, make, reason, expected) => {
    const token = await make();
    const { value, statements } = await world.counting(() => world.resolvers.personalAccessToken(token, NONE));
    expect(value).toEqual({ ok: false, reason });
    expect(statements).toBe(expected);
  });
});

const endedPat = async (change: string): Promise<string> => {
  const pat = await world.insert.pat(world.ada.id);
  await world.pool.query(`UPDATE personal_access_token SET ${change} WHERE id = $1`, [pat.id]);
  return pat.token;
};

describe("a target, seen through a person's credential", () => {
  type Expected = { missing: string | null; environment?: () => string | null };
  const ref = () => world.project.ref;
  const cases: [string, "ada" | "bob" | "eve", () => AccessTarget, Expected][] = [
    ["one's organization", "ada", () => ({ kind: "organization", slug: "acme" }), { missing: null }],
    ["a foreign organization", "eve", () => ({ kind: "organization", slug: "acme" }), { missing: "organization" }],
    ["no organization", "ada", () => ({ kind: "organization", slug: "none" }), { missing: "organization" }],
    ["one's project", "ada", () => ({ kind: "project", ref: ref() }), { missing: null }],
    ["a foreign project", "eve", () => ({ kind: "project", ref: ref() }), { missing: "project" }],
    ["no project", "ada", () => ({ kind: "project", ref: "proj_none" }), { missing: "project" }],
    ["a project with NUL in it", "ada", () => ({ kind: "project", ref: "proj_\0" }), { missing: "project" }],
    [
      "prod",
      "bob",
      () => ({ kind: "environment", ref: ref(), environment: "prod" }),
      { missing: null, environment: () => world.prod.id },
    ],
    [
      "one's own dev",
      "ada",
      () => ({ kind: "environment", ref: ref(), environment: "dev" }),
      { missing: null, environment: () => world.dev.id },
    ],
    [
      "another's dev is one's own",
      "bob",
      () => ({ kind: "environment", ref: ref(), environment: "dev" }),
      { missing: null, environment: () => world.bobsDev.id },
    ],
    ["a foreign prod", "eve", () => ({ kind: "environment", ref: ref(), environment: "prod" }), { missing: "project" }],
    [
      "preview's root",
      "ada",
      () => ({ kind: "environment", ref: ref(), environment: "preview" }),
      { missing: null, environment: () => world.preview.id },
    ],
    [
      "a preview branch",
      "bob",
      () => ({ kind: "environment", ref: ref(), environment: "preview", branch: "feature" }),
      { missing: null, environment: () => world.branch.id },
    ],
    [
      "no such branch",
      "ada",
      () => ({ kind: "environment", ref: ref(), environment: "preview", branch: "none" }),
      { missing: "branch", environment: () => null },
    ],
    [
      "an empty branch",
      "ada",
      () => ({ kind: "environment", ref: ref(), environment: "preview", branch: "" }),
      { missing: "branch", environment: () => null },
    ],
    [
      "a branch of prod",
      "ada",
      () => ({ kind: "environment", ref: ref(), environment: "prod", branch: "feature" }),
      { missing: "branch", environment: () => null },
    ],
    [
      "one's own dev branch",
      "ada",
      () => ({ kind: "environment", ref: ref(), environment: "dev", branch: "mine" }),
      { missing: null, environment: () => world.devBranch.id },
    ],
    [
      "another's dev branch",
      "bob",
      () => ({ kind: "environment", ref: ref(), environment: "dev", branch: "mine" }),
      { missing: "branch", environment: () => null },
    ],
    [
      "a dev that is not there",
      "eve",
      () => ({ kind: "environment", ref: world.foreignProject.ref, environment: "dev" }),
      { missing: "environment", environment: () => null },
    ],
    [
      "a branch of a dev that is not there",
      "eve",
      () => ({ kind: "environment", ref: world.foreignProject.ref, environment: "dev", branch: "x" }),
      { missing: "environment", environment: () => null },
    ],
    ["the credential's own environment", "ada", () => ({ kind: "credential" }), { missing: "environment" }],
  ];

  it.each(cases)("%s (%s)", async (_what, who, target, expected) => {
    const pat = await world.insert.pat(world[who].id);
    const { value, statements } = await world.counting(() =>
      world.resolvers.personalAccessToken(pat.token, { target: target() }),
    );
    expect(statements).toBe(1);
    const { place, missing } = accepted(value);
    expect(missing).toBe(expected.missing);
    if (expected.environment) expect(place?.environment?.id ?? null).toBe(expected.environment());
    else if (expected.missing !== null) expect(place).toBeNull();
    if (place) expect(place.membership.since).toBeInstanceOf(Date);
  });
});

describe("a user-actor token", () => {
  it("proves its user and carries its cap once, in one statement", async () => {
    const pat = await world.insert.pat(world.ada.id, { expiresAt: inHours(9) });
    const { id, token } = await world.mint(world.ada, pat, { cap: ["read:runs"] });
    const request = {
      target: { kind: "environment", ref: world.project.ref, environment: "dev", branch: "mine" },
    } as const;
    const { value, statements } = await world.counting(() => world.resolvers.userActor(token, request));
    expect(statements).toBe(1);
    expect(accepted(value)).toMatchObject({
      user: { id: world.ada.id },
      credential: { kind: "uat", id, parentId: pat.id, client: "ci", parentExpiresAt: expect.any(Date) },
      caps: [["read:runs"]],
      place: { environment: { id: world.devBranch.id, branch: "mine", parentId: world.dev.id } },
    });
  });

  it("is under its ledger's cap as well, where the two differ", async () => {
    const pat = await world.insert.pat(world.ada.id);
    const wide = await world.mint(world.ada, pat, { cap: ["read:all"], ledger: { cap: ["read:runs"] } });
    expect(accepted(await world.resolvers.userActor(wide.token, NONE)).caps).toEqual([["read:all"], ["read:runs"]]);
    const capless = await world.mint(world.ada, pat, { ledger: { cap: ["read:runs"] } });
    expect(accepted(await world.resolvers.userActor(capless.token, NONE)).caps).toEqual([["read:runs"]]);
  });

  const attacks: [string, () => Promise<string>, string, number][] = [
    ["its ledger id is not there", () => bent({ jti: "uat_000000000000000000000000" }), "unknown", 1],
    ["it names another user", () => bent({ sub: world.bob.id }), "unknown", 1],
    [
      "it names another PAT",
      async () => bent({ act: { client: "ci", pat: (await world.insert.pat(world.ada.id)).id } }),
      "unknown",
      1,
    ],
    [
      "its PAT is another user's",
      async () => (await world.mint(world.ada, await world.insert.pat(world.bob.id))).token,
      "unknown",
      1,
    ],
    ["it is revoked", () => ended("user_actor_token", "revoked_at = now()"), "revoked", 1],
    ["its ledger row expired", () => ended("user_actor_token", "expires_at = now() - interval '1 second'"), "expired", 1],
    ["its PAT is revoked", () => ended("personal_access_token", "revoked_at = now()"), "parent_revoked", 1],
    ["its PAT expired", () => ended("personal_access_token", "expires_at = now() - interval '1 second'"), "parent_expired", 1],
    ["its ledger's cap is no list", () => bent({}, { cap: { all: true } }), "bad_claims", 1],
    ["its own time is over", () => bent({ iat: seconds() - 100, exp: seconds() - 50 }), "expired", 0],
    ["another key signed it", () => signedBy(createKeyRingEntry()), "unknown_key", 0],
    [
      "another secret under our kid signed it",
      () => signedBy(`${world.secrets.userActor.keys[0].kid}:${createKeyRingEntry().split(":")[1]}`),
      "signature",
      0,
    ],
    ["its prefix is missing", async () => (await bent({})).slice("tr_uat_".length), "wrong_kind", 0],
    ["its prefix is there twice", async () => `tr_uat_${await bent({})}`, "malformed", 0],
    ["its prefix is in upper case", async () => (await bent({})).replace("tr_uat_", "TR_UAT_"), "wrong_kind", 0],
    [
      "it is an environment JWT with the prefix",
      async () =>
        `tr_uat_${await world.exchange({ environmentId: world.prod.id, act: { sub: world.ada.id, pat: "pat_x" } })}`,
      "wrong_kind",
      0,
    ],
    ["it is an environment's key", async () => world.prod.apiKey, "wrong_kind", 0],
    ["it is a PAT", async () => createPersonalAccessToken(), "wrong_kind", 0],
    [
      "it says typ JWT",
      async () => `tr_uat_${await signJwt({ typ: "JWT", claims: {}, key: world.secrets.userActor.keys[0] })}`,
      "wrong_kind",
      0,
    ],
  ];

  it.each(attacks)("is refused when %s", async (_what, make, reason, expected) => {
    const token = await make();
    const { value, statements } = await world.counting(() => world.resolvers.userActor(token, NONE));
    expect(value).toEqual({ ok: false, reason });
    expect(statements).toBe(expected);
  });

  it("is refused once its user is deleted", async () => {
    const user = await world.insert.user("gone@example.test");
    const { token } = await world.mint(user, await world.insert.pat(user.id));
    expect(accepted(await world.resolvers.userActor(token, NONE)).user.id).toBe(user.id);
    await world.pool.query(`DELETE FROM "user" WHERE id = $1`, [user.id]);
    expect(await world.resolvers.userActor(token, NONE)).toEqual({ ok: false, reason: "unknown" });
  });

  const bent = async (claims: object, ledger: { cap?: unknown } = {}): Promise<string> =>
    (await world.mint(world.ada, await world.insert.pat(world.ada.id), { claims, ledger })).token;

  const ended = async (table: string, change: string): Promise<string> => {
    const pat = await world.insert.pat(world.ada.id);
    const { id, token } = await world.mint(world.ada, pat);
    const row = table === "user_actor_token" ? id : pat.id;
    await world.pool.query(`UPDATE ${table} SET ${change} WHERE id = $1`, [row]);
    return token;
  };

  const signedBy = async (ring: string): Promise<string> => {
    const pat = await world.insert.pat(world.ada.id);
    const id = await world.insert.uat(world.ada.id, pat.id, { expiresAt: inHours(1) });
    const claims = {
      sub: world.ada.id,
      jti: id,
      iat: seconds(),
      exp: seconds() + 60,
      act: { client: "ci", pat: pat.id },
    };
    return signUserActorToken({ claims, ring: parseKeyRing(ring) });
  };
});

describe("a session", () => {
  it("proves its user until it ends, in one statement", async () => {
    const secret = await world.insert.session(world.ada.id, inHours(1));
    const { value, statements } = await world.counting(() => world.resolvers.session(secret, NONE));
    expect(statements).toBe(1);
    expect(accepted(value)).toMatchObject({ user: { id: world.ada.id }, credential: { kind: "session" }, caps: [] });
    const late = await world.insert.session(world.ada.id, inHours(-1));
    expect(await world.resolvers.session(late, NONE)).toEqual({ ok: false, reason: "expired" });
    await world.pool.query("DELETE FROM session WHERE user_id = $1", [world.ada.id]);
    expect(await world.resolvers.session(secret, NONE)).toEqual({ ok: false, reason: "unknown" });
  });

  it("is no other kind of credential", async () => {
    const pat = await world.insert.pat(world.ada.id);
    expect(await world.resolvers.session(pat.token, NONE)).toEqual({ ok: false, reason: "wrong_kind" });
    expect(await world.resolvers.session("short", NONE)).toEqual({ ok: false, reason: "malformed" });
  });
});
