import { createEnvironmentKey } from "@trigger.dev/core/ids";
import { AUDIENCE, createKeyRingEntry, ISSUER, parseKeyRing, signJwt } from "@trigger.dev/core/jwt";
import type { EnvironmentEvidence, Resolved } from "@trigger.dev/plugins/rbac";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signSelfEnvironmentJwt } from "../issue-environment-jwt.js";
import { createWorld, inHours, seconds, type World } from "../test-world/world.js";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const OWN = { target: { kind: "credential" } } as const;
const onBranch = (branch: string) => ({ target: { kind: "credential", branch } }) as const;

const accepted = (resolved: Resolved<EnvironmentEvidence>): EnvironmentEvidence => {
  if (!resolved.ok) throw new Error(`refused: ${resolved.reason}`);
  return resolved.evidence;
};

const oneHour = () => ({ iat: seconds(), exp: seconds() + 3600 });

describe("an environment's key", () => {
  it("proves its environment, in one statement", async () => {
    const { value, statements } = await world.counting(() => world.resolvers.bearer(world.prod.apiKey, OWN));
    expect(statements).toBe(1);
    expect(accepted(value)).toMatchObject({
      credential: { kind: "environmentKey", id: world.prod.keyId },
      user: null,
      caps: [],
      missing: null,
      role: null,
      organization: { slug: "acme" },
      project: { ref: world.project.ref },
      environment: { id: world.prod.id, type: "PRODUCTION", slug: "prod", branch: null },
    });
  });

  it.each([
    ["a preview branch", () => world.preview.apiKey, "feature", () => world.branch.id, null],
    ["an unknown preview branch", () => world.preview.apiKey, "none", () => world.preview.id, "branch"],
    ["the owner's dev branch", () => world.dev.apiKey, "mine", () => world.devBranch.id, null],
    ["another's dev branch", () => world.bobsDev.apiKey, "mine", () => world.bobsDev.id, "branch"],
    ["a branch of prod", () => world.prod.apiKey, "feature", () => world.prod.id, "branch"],
    ["an empty branch", () => world.preview.apiKey, "", () => world.preview.id, "branch"],
    ["a branch with NUL in it", () => world.preview.apiKey, "feature\0", () => world.preview.id, "branch"],
  ])("finds %s", async (_what, key, branch, environment, missing) => {
    const { value, statements } = await world.counting(() => world.resolvers.bearer(key(), onBranch(branch)));
    expect(statements).toBe(1);
    expect(accepted(value)).toMatchObject({ environment: { id: environment() }, missing });
  });

  it("stays valid for its grace time after a rotation, and no longer", async () => {
    const grace = await world.insert.key(world.prod.id, "PRODUCTION", inHours(1));
    expect(accepted(await world.resolvers.bearer(grace.apiKey, OWN)).environment.id).toBe(world.prod.id);
    const leaked = await world.insert.key(world.prod.id, "PRODUCTION", inHours(-1));
    expect(await world.resolvers.bearer(leaked.apiKey, OWN)).toMatchObject({ ok: false, reason: "expired" });
  });

  it.each([
    ["unknown", () => createEnvironmentKey("PRODUCTION"), "unknown", 1],
    ["too short", () => "tr_prod_abc", "malformed", 0],
    ["followed by white space", () => `${world.prod.apiKey} `, "malformed", 0],
    ["a PAT", () => "tr_pat_1", "wrong_kind", 0],
    ["a user-actor token", () => "tr_uat_e30.e30.e30", "wrong_kind", 0],
    ["nothing", () => "", "malformed", 0],
  ])("is refused when it is %s", async (_what, token, reason, expected) => {
    const { value, statements } = await world.counting(() => world.resolvers.bearer(token(), OWN));
    expect(value).toMatchObject({ ok: false, reason });
    expect(statements).toBe(expected);
  });

  it("of a dev environment dies with its owner's membership, and so does what it signed", async () => {
    const leaver = await world.insert.user("leaver@example.test");
    await world.insert.member(world.acme.id, leaver.id);
    const dev = await world.insert.environment({ projectId: world.project.id, slug: "dev", ownerUserId: leaver.id });
    const signed = await signSelfEnvironmentJwt(dev.apiKey, { sub: dev.id, scopes: ["read:runs"], ...oneHour() });
    expect(accepted(await world.resolvers.bearer(dev.apiKey, OWN)).environment.ownerUserId).toBe(leaver.id);
    expect(accepted(await world.resolvers.bearer(signed, OWN)).environment.id).toBe(dev.id);
    await world.pool.query("DELETE FROM organization_member WHERE user_id = $1", [leaver.id]);
    expect(await world.resolvers.bearer(dev.apiKey, OWN)).toMatchObject({ ok: false, reason: "not_a_member" });
    expect(await world.resolvers.bearer(signed, OWN)).toMatchObject({ ok: false, reason: "not_a_member" });
  });
});

describe("an exchanged environment JWT", () => {
  it("acts for its person under its ledger's cap and its own scopes, in one statement", async () => {
    const pat = await world.insert.pat(world.ada.id);
    const uat = await world.mint(world.ada, pat, { cap: ["read:all"] });
    const token = await world.exchange({
      environmentId: world.prod.id,
      act: { sub: world.ada.id, client: "ci", pat: pat.id, uat: uat.id },
    });
    const { value, statements } = await world.counting(() => world.resolvers.bearer(token, OWN));
    expect(statements).toBe(1);
    expect(accepted(value)).toMatchObject({
      credential: {
        kind: "environmentJwt",
        act: { userId: world.ada.id, client: "ci", patId: pat.id, uatId: uat.id },
        expiresAt: expect.any(Date),
      },
      user: { id: world.ada.id, email: "ada@example.test" },
      caps: [["read:all"], ["read:runs"]],
      environment: { id: world.prod.id },
      missing: null,
    });
  });

  it("stays in the environment it was made for", async () => {
    const pat = await world.insert.pat(world.ada.id);
    const act = { sub: world.ada.id, client: "cli", pat: pat.id };
    const branch = await world.exchange({ environmentId: world.branch.id, act });
    expect(accepted(await world.resolvers.bearer(branch, OWN))).toMatchObject({
      environment: { id: world.branch.id },
      missing: null,
    });
    expect(accepted(await world.resolvers.bearer(branch, onBranch("feature"))).missing).toBeNull();
    expect(accepted(await world.resolvers.bearer(branch, onBranch("other"))).missing).toBe("branch");
    const root = await world.exchange({ environmentId: world.preview.id, act });
    expect(accepted(await world.resolvers.bearer(root, onBranch("feature")))).toMatchObject({
      environment: { id: world.preview.id },
      missing: "branch",
    });
  });

  const lineage = async (user: { id: string } = world.ada) => {
    const pat = await world.insert.pat(user.id);
    const uat = await world.mint(user, pat, { cap: ["read:all"] });
    return { pat, uat, act: { sub: user.id, client: "ci", pat: pat.id, uat: uat.id } };
  };
  const change = (table: string, assignment: string, id: string) =>
    world.pool.query(`UPDATE ${table} SET ${assignment} WHERE id = $1`, [id]);

  const attacks: [string, () => Promise<string>, string, number][] = [
    [
      "its PAT was revoked",
      async () => {
        const { pat, act } = await lineage();
        await change("personal_access_token", "revoked_at = now()", pat.id);
        return world.exchange({ environmentId: world.prod.id, act });
      },
      "parent_revoked",
      1,
    ],
    [
      "its PAT expired",
      async () => {
        const { pat, act } = await lineage();
        await change("personal_access_token", "expires_at = now() - interval '1 second'", pat.id);
        return world.exchange({ environmentId: world.prod.id, act });
      },
      "parent_expired",
      1,
    ],
    [
      "its UAT was revoked",
      async () => {
        const { uat, act } = await lineage();
        await change("user_actor_token", "revoked_at = now()", uat.id);
        return world.exchange({ environmentId: world.prod.id, act });
      },
      "parent_revoked",
      1,
    ],
    [
      "its UAT expired",
      async () => {
        const { uat, act } = await lineage();
        await change("user_actor_token", "expires_at = now() - interval '1 second'", uat.id);
        return world.exchange({ environmentId: world.prod.id, act });
      },
      "parent_expired",
      1,
    ],
    [
      "its UAT is of another PAT",
      async () => {
        const { uat, act } = await lineage();
        await change("user_actor_token", `pat_id = '${(await world.insert.pat(world.ada.id)).id}'`, uat.id);
        return world.exchange({ environmentId: world.prod.id, act });
      },
      "unknown",
      1,
    ],
    [
      "its PAT is another person's",
      async () => {
        const { act } = await lineage(world.bob);
        return world.exchange({ environmentId: world.prod.id, act: { ...act, sub: world.ada.id } });
      },
      "unknown",
      1,
    ],
    [
      "its person is no member",
      async () => {
        const { act } = await lineage(world.eve);
        return world.exchange({ environmentId: world.prod.id, act });
      },
      "not_a_member",
      1,
    ],
    [
      "its membership began after it",
      async () => {
        const user = await world.insert.user(`late-${Math.random()}@example.test`);
        await world.insert.member(world.acme.id, user.id, new Date((seconds() - 10) * 1000));
        const { act } = await lineage(user);
        return world.exchange({ environmentId: world.prod.id, act, iat: seconds() - 11 });
      },
      "not_a_member",
      1,
    ],
    [
      "its dev environment is another's",
      async () => {
        const { act } = await lineage(world.bob);
        return world.exchange({ environmentId: world.dev.id, act });
      },
      "not_a_member",
      1,
    ],
    [
      "its environment is not there",
      async () => {
        const { act } = await lineage();
        return world.exchange({ environmentId: "env_000000000000000000000000", act });
      },
      "unknown",
      1,
    ],
    [
      "its person was deleted",
      async () => {
        const user = await world.insert.user(`gone-${Math.random()}@example.test`);
        await world.insert.member(world.acme.id, user.id);
        const { act } = await lineage(user);
        await world.pool.query(`DELETE FROM "user" WHERE id = $1`, [user.id]);
        return world.exchange({ environmentId: world.prod.id, act });
      },
      "unknown",
      1,
    ],
    [
      "it is over",
      async () => {
        const { act } = await lineage();
        return world.exchange({ environmentId: world.prod.id, act, iat: seconds() - 100, exp: seconds() - 50 });
      },
      "expired",
      0,
    ],
    [
      "another ring signed it",
      async () => {
        const { act } = await lineage();
        return world.exchange({ environmentId: world.prod.id, act, ring: world.secrets.userActor });
      },
      "unknown_key",
      0,
    ],
    [
      "another secret under our kid signed it",
      async () => {
        const { act } = await lineage();
        const ring = parseKeyRing(`${world.secrets.environmentJwt.keys[0].kid}:${createKeyRingEntry().split(":")[1]}`);
        return world.exchange({ environmentId: world.prod.id, act, ring });
      },
      "signature",
      0,
    ],
    [
      "the environment's key signed it",
      async () => {
        const { act } = await lineage();
        const ring = { keys: [{ kid: world.secrets.environmentJwt.keys[0].kid, secret: world.prod.apiKey }] } as const;
        return world.exchange({ environmentId: world.prod.id, act, ring });
      },
      "signature",
      0,
    ],
    ["it names nobody", async () => ours({ act: undefined }), "bad_claims", 0],
    ["its actor is a list", async () => ours({ act: [] }), "bad_claims", 0],
    ["its actor's PAT is missing", async () => ours({ act: { sub: world.ada.id } }), "bad_claims", 0],
    ["its scopes are a string", async () => ours({ scopes: "read:runs" }), "bad_claims", 0],
    ["its scopes hold a number", async () => ours({ scopes: [1] }), "bad_claims", 0],
    ["its scopes are endless", async () => ours({ scopes: Array.from({ length: 1025 }, () => "a") }), "bad_claims", 0],
    ["it is not public", async () => ours({ pub: false }), "bad_claims", 0],
    ["its subject is no environment", async () => ours({ sub: world.ada.id }), "bad_claims", 0],
    [
      "it has the kind of a user-actor token",
      async () => (await world.mint(world.ada, await world.insert.pat(world.ada.id))).token.slice(7),
      "wrong_kind",
      0,
    ],
  ];

  const ours = (claims: object) =>
    signJwt({
      typ: "env+jwt",
      key: world.secrets.environmentJwt.keys[0],
      claims: {
        iss: ISSUER,
        aud: AUDIENCE,
        sub: world.prod.id,
        pub: true,
        scopes: [],
        ...oneHour(),
        act: { sub: world.ada.id, client: "ci", pat: "pat_000000000000000000000000" },
        ...claims,
      },
    });

  it.each(attacks)("is refused when %s", async (_what, make, reason, expected) => {
    const token = await make();
    const { value, statements } = await world.counting(() => world.resolvers.bearer(token, OWN));
    expect(value).toMatchObject({ ok: false, reason });
    expect(statements).toBe(expected);
  });

  it("stays dead after its person was removed and added again, while a new one lives", async () => {
    const user = await world.insert.user("again@example.test");
    await world.insert.member(world.acme.id, user.id, new Date((seconds() - 60) * 1000));
    const { act } = await lineage(user);
    const old = await world.exchange({ environmentId: world.prod.id, act, iat: seconds() - 30 });
    expect(accepted(await world.resolvers.bearer(old, OWN)).user?.id).toBe(user.id);
    await world.pool.query("DELETE FROM organization_member WHERE user_id = $1", [user.id]);
    expect(await world.resolvers.bearer(old, OWN)).toMatchObject({ ok: false, reason: "not_a_member" });
    await world.insert.member(world.acme.id, user.id);
    expect(await world.resolvers.bearer(old, OWN)).toMatchObject({ ok: false, reason: "not_a_member" });
    const fresh = await world.exchange({ environmentId: world.prod.id, act });
    expect(accepted(await world.resolvers.bearer(fresh, OWN)).user?.id).toBe(user.id);
  });

  it("may do nothing without scopes", async () => {
    const { act } = await lineage();
    expect(accepted(await world.resolvers.bearer(await ours({ act, scopes: undefined }), OWN)).caps).toEqual([
      ["read:all"],
      [],
    ]);
  });
});

describe("a self-signed environment JWT", () => {
  const sign = (key: string, claims: object = {}, typ?: string) =>
    signJwt({
      ...(typ === undefined ? {} : { typ }),
      key: { secret: key },
      claims: {
        iss: ISSUER,
        aud: AUDIENCE,
        sub: world.prod.id,
        pub: true,
        scopes: ["read:runs"],
        ...oneHour(),
        ...claims,
      },
    });

  it.each([
    ["without typ", undefined],
    ["with typ JWT", "JWT"],
  ])("%s proves its environment, in one statement", async (_what, typ) => {
    const token = await sign(world.prod.apiKey, { otu: true, realtime: {} }, typ);
    const { value, statements } = await world.counting(() => world.resolvers.bearer(token, OWN));
    expect(statements).toBe(1);
    expect(accepted(value)).toMatchObject({
      credential: { kind: "environmentJwt", act: null },
      user: null,
      caps: [["read:runs"]],
      missing: null,
      environment: { id: world.prod.id },
    });
  });

  it("of a branch is signed with its parent's key", async () => {
    const token = await sign(world.preview.apiKey, { sub: world.branch.id });
    expect(accepted(await world.resolvers.bearer(token, OWN)).environment.id).toBe(world.branch.id);
    expect(accepted(await world.resolvers.bearer(token, onBranch("feature"))).missing).toBeNull();
    expect(accepted(await world.resolvers.bearer(token, onBranch("other"))).missing).toBe("branch");
  });

  it("outlives a rotation of its key for the grace time", async () => {
    const old = await world.insert.key(world.staging.id, "STAGING", inHours(1));
    const token = await sign(old.apiKey, { sub: world.staging.id });
    expect(accepted(await world.resolvers.bearer(token, OWN)).environment.id).toBe(world.staging.id);
    await world.pool.query("UPDATE environment_key SET expires_at = now() - interval '1 second' WHERE id = $1", [
      old.id,
    ]);
    expect(await world.resolvers.bearer(token, OWN)).toMatchObject({ ok: false, reason: "signature" });
  });

  it("survives another key of its environment that does not open", async () => {
    const { id } = await world.insert.key(world.staging.id, "STAGING");
    await world.pool.query("UPDATE environment_key SET ciphertext = 'gone.a.b.c' WHERE id = $1", [id]);
    const token = await sign(world.staging.apiKey, { sub: world.staging.id });
    expect(accepted(await world.resolvers.bearer(token, OWN)).environment.id).toBe(world.staging.id);
  });

  it("may do nothing without scopes", async () => {
    const token = await sign(world.prod.apiKey, { scopes: undefined });
    expect(accepted(await world.resolvers.bearer(token, OWN)).caps).toEqual([[]]);
  });

  it.each([
    ["it names an actor", () => sign(world.prod.apiKey, { act: { sub: world.ada.id } }), "forged_actor", 0],
    ["it names an empty actor", () => sign(world.prod.apiKey, { act: null }), "forged_actor", 0],
    ["another environment's key signed it", () => sign(world.staging.apiKey), "signature", 1],
    ["another project's key signed it", () => sign(world.foreignProd.apiKey), "signature", 1],
    [
      "one's own dev key signed it for another's",
      () => sign(world.bobsDev.apiKey, { sub: world.dev.id }),
      "signature",
      1,
    ],
    [
      "its environment is not there",
      () => sign(world.prod.apiKey, { sub: "env_000000000000000000000000" }),
      "unknown",
      1,
    ],
    ["it is over", () => sign(world.prod.apiKey, { iat: seconds() - 90, exp: seconds() - 60 }), "expired", 0],
    ["it never ends", () => sign(world.prod.apiKey, { exp: undefined }), "bad_claims", 0],
    ["it lives too long", () => sign(world.prod.apiKey, { exp: seconds() + 40_000_000 }), "lifetime", 1],
    ["it is for another audience", () => sign(world.prod.apiKey, { aud: "https://evil.test" }), "bad_claims", 0],
    ["it says that we exchanged it", () => sign(world.prod.apiKey, {}, "env+jwt"), "unknown_key", 0],
    ["it has another typ", () => sign(world.prod.apiKey, {}, "uat+jwt"), "wrong_kind", 0],
    ["its scopes are a string", () => sign(world.prod.apiKey, { scopes: "admin" }), "bad_claims", 0],
    ["it is padded with a space", async () => `${await sign(world.prod.apiKey)} `, "malformed", 0],
    ["it is cut short", async () => (await sign(world.prod.apiKey)).slice(0, -2), "malformed", 0],
  ])("is refused when %s", async (_what, make, reason, expected) => {
    const token = await make();
    const { value, statements } = await world.counting(() => world.resolvers.bearer(token, OWN));
    expect(value).toMatchObject({ ok: false });
    expect(value.ok ? "" : value.reason).toBe(reason);
    expect(statements).toBe(expected);
  });
});
