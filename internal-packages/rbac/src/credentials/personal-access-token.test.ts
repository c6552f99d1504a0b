import { createPersonalAccessToken } from "@trigger.dev/core/ids";
import type { Resolved, UserEvidence } from "@trigger.dev/plugins/rbac";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorld, type World } from "../test-world/world.js";

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
      caps: [],
      place: null,
      missing: null,
      role: null,
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
    expect(value).toMatchObject({ ok: false, reason });
    expect(statements).toBe(expected);
  });
});

const endedPat = async (change: string): Promise<string> => {
  const pat = await world.insert.pat(world.ada.id);
  await world.pool.query(`UPDATE personal_access_token SET ${change} WHERE id = $1`, [pat.id]);
  return pat.token;
};
