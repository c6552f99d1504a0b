import type { Resolved, UserEvidence } from "@trigger.dev/plugins/rbac";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorld, inHours, type World } from "../test-world/world.js";

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

describe("a session", () => {
  it("proves its user until it ends, in one statement", async () => {
    const secret = await world.insert.session(world.ada.id, inHours(1));
    const { value, statements } = await world.counting(() => world.resolvers.session(secret, NONE));
    expect(statements).toBe(1);
    expect(accepted(value)).toMatchObject({ user: { id: world.ada.id }, credential: { kind: "session" }, caps: [] });
    const late = await world.insert.session(world.ada.id, inHours(-1));
    expect(await world.resolvers.session(late, NONE)).toMatchObject({ ok: false, reason: "expired" });
    await world.pool.query("DELETE FROM session WHERE user_id = $1", [world.ada.id]);
    expect(await world.resolvers.session(secret, NONE)).toMatchObject({ ok: false, reason: "unknown" });
  });

  it("is no other kind of credential", async () => {
    const pat = await world.insert.pat(world.ada.id);
    expect(await world.resolvers.session(pat.token, NONE)).toMatchObject({ ok: false, reason: "wrong_kind" });
    expect(await world.resolvers.session("short", NONE)).toMatchObject({ ok: false, reason: "malformed" });
  });
});
