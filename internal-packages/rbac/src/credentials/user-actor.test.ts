import { createPersonalAccessToken } from "@trigger.dev/core/ids";
import { createKeyRingEntry, parseKeyRing, signJwt } from "@trigger.dev/core/jwt";
import { signUserActorToken, type Resolved, type UserEvidence } from "@trigger.dev/plugins/rbac";
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
    [
      "its ledger row expired",
      () => ended("user_actor_token", "expires_at = now() - interval '1 second'"),
      "expired",
      1,
    ],
    ["its PAT is revoked", () => ended("personal_access_token", "revoked_at = now()"), "parent_revoked", 1],
    [
      "its PAT expired",
      () => ended("personal_access_token", "expires_at = now() - interval '1 second'"),
      "parent_expired",
      1,
    ],
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
    expect(value).toMatchObject({ ok: false, reason });
    expect(statements).toBe(expected);
  });

  it("is refused once its user is deleted", async () => {
    const user = await world.insert.user("gone@example.test");
    const { token } = await world.mint(user, await world.insert.pat(user.id));
    expect(accepted(await world.resolvers.userActor(token, NONE)).user.id).toBe(user.id);
    await world.pool.query(`DELETE FROM "user" WHERE id = $1`, [user.id]);
    expect(await world.resolvers.userActor(token, NONE)).toMatchObject({ ok: false, reason: "unknown" });
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
