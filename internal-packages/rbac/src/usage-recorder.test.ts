import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createWorld, inHours, type World } from "./test-world/world.js";
import { createUsageRecorder } from "./usage-recorder.js";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const lastUse = async (table: string, id: string): Promise<Date | null> => {
  const { rows } = await world.pool.query<{ at: Date | null }>(
    `SELECT last_used_at AS at FROM ${table} WHERE id = $1`,
    [id],
  );
  return rows[0]?.at ?? null;
};

describe("the last use of tokens", () => {
  it("is written in one statement when the recorder closes, however often they were used", async () => {
    const pat = await world.insert.pat(world.ada.id);
    const uat = await world.insert.uat(world.ada.id, pat.id, { expiresAt: inHours(1) });
    const usage = createUsageRecorder(world.pool);
    for (let use = 0; use < 100; use += 1) {
      usage.record("pat", pat.id);
      usage.record("uat", uat);
    }
    usage.record("pat", "pat_not_there");
    const { statements } = await world.counting(() => usage.close());
    expect(statements).toBe(1);
    expect(await lastUse("personal_access_token", pat.id)).toBeInstanceOf(Date);
    expect(await lastUse("user_actor_token", uat)).toBeInstanceOf(Date);
    usage.record("pat", pat.id);
    expect((await world.counting(() => usage.flush())).statements).toBe(0);
  });

  it("is left alone for a minute, and moves on after it", async () => {
    const pat = await world.insert.pat(world.ada.id);
    let now = Date.now();
    const usage = createUsageRecorder(world.pool, { now: () => now });
    const first = now;
    for (const [later, expected] of [
      [0, first],
      [59_000, first],
      [61_000, first + 61_000],
    ] as const) {
      now = first + later;
      usage.record("pat", pat.id);
      await usage.flush();
      expect((await lastUse("personal_access_token", pat.id))?.getTime()).toBe(expected);
    }
  });

  it("is to be seen a second or two later, without anybody asking for it", async () => {
    const pat = await world.insert.pat(world.ada.id);
    const usage = createUsageRecorder(world.pool);
    usage.record("pat", pat.id);
    await vi.waitFor(async () => expect(await lastUse("personal_access_token", pat.id)).toBeInstanceOf(Date), {
      timeout: 5_000,
      interval: 100,
    });
  });

  it("is noted for the whole lineage of what was used", async () => {
    const pat = await world.insert.pat(world.ada.id);
    const uat = await world.mint(world.ada, pat);
    await world.resolvers.userActor(uat.token, { target: { kind: "none" } });
    await world.usage.flush();
    expect(await lastUse("user_actor_token", uat.id)).toBeInstanceOf(Date);
    expect(await lastUse("personal_access_token", pat.id)).toBeInstanceOf(Date);
  });
});
