import { AdminError } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startWorld, type World } from "../support/world.js";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

interface Verdict {
  ok: boolean;
  lostHeads: string[];
  chains: {
    slug: string | null;
    rows: number;
    unsealed: number;
    problem: { kind: string; seq: string | null } | null;
  }[];
}

const verify = async (...args: string[]): Promise<Verdict & { exitCode: number | null }> => {
  try {
    return { ...(await world.app.admin<Verdict>("audit", "verify", ...args)), exitCode: 0 };
  } catch (error) {
    if (error instanceof AdminError && error.stdout !== "")
      return { ...JSON.parse(error.stdout), exitCode: error.exitCode };
    throw error;
  }
};

const isSealed = async () => (await verify()).chains.every(({ unsealed }) => unsealed === 0);

describe.sequential("the trail of a server that runs", () => {
  it("verifies once it is sealed, and gives a head to keep", async () => {
    for (let turn = 0; turn < 5; turn++) await world.mint();
    await expect.poll(isSealed, { timeout: 15_000 }).toBe(true);
    expect(await verify()).toMatchObject({ ok: true, exitCode: 0, lostHeads: [] });
    const { head } = await world.app.admin<{ head: string }>("audit", "head");
    await world.mint();
    expect(await verify("--head", head)).toMatchObject({ ok: true });
  });

  it("goes on verifying under a new encryption key", async () => {
    await world.app.admin("secret", "rotate", "--name", "ENCRYPTION_KEY", "--drop-old");
    await world.mint();
    expect(await verify()).toMatchObject({ ok: true });
  });

  it("has rows that the database refuses to change, and a change by force is named, with exit code 1", async () => {
    await expect.poll(isSealed, { timeout: 15_000 }).toBe(true);
    const change =
      "UPDATE audit_event SET user_id = 'user_x' WHERE seq = (SELECT min(seq) FROM audit_event WHERE action = 'uat.mint')";
    await expect(world.pool.query(change)).rejects.toThrow("append-only");
    await world.pool.query("ALTER TABLE audit_event DISABLE TRIGGER USER");
    await world.pool.query(`CREATE TABLE kept AS SELECT seq, user_id FROM audit_event`);
    await world.pool.query(change);
    const found = await verify();
    expect(found).toMatchObject({ ok: false, exitCode: 1 });
    expect(found.chains.filter(({ problem }) => problem)).toMatchObject([
      { slug: "main", problem: { kind: "altered" } },
    ]);
    await world.pool.query("UPDATE audit_event e SET user_id = k.user_id FROM kept k WHERE k.seq = e.seq");
    expect(await verify()).toMatchObject({ ok: true });
  });

  it("misses its end when all of it since a moment is cut off", async () => {
    const { head } = await world.app.admin<{ head: string }>("audit", "head");
    await world.pool.query("ALTER TABLE audit_seal DISABLE TRIGGER USER");
    await world.pool.query(`
      WITH cut AS (SELECT max(through) AS through FROM audit_seal),
        seals AS (DELETE FROM audit_seal WHERE through = (SELECT through FROM cut)),
        rest AS (SELECT max(through) AS through FROM audit_seal WHERE through < (SELECT through FROM cut))
      DELETE FROM audit_event WHERE seq > (SELECT through FROM rest)`);
    expect(await verify("--head", head)).toMatchObject({
      ok: false,
      exitCode: 1,
      lostHeads: expect.arrayContaining(["--head"]),
    });
  });
});

describe.sequential("a trail that cannot be written", () => {
  const tokens = async () =>
    (
      await world.pool.query<{ live: number }>(
        "SELECT count(*)::int AS live FROM user_actor_token WHERE revoked_at IS NULL",
      )
    ).rows[0]?.live;

  it("fails mints and revocations, which then did not happen, and nothing else", async () => {
    const { token, id } = await world.mint();
    const before = await tokens();
    await world.pool.query("ALTER TABLE audit_event RENAME TO gone");
    try {
      const { api } = world.app;
      const as = world.owner.pat;
      expect((await api("POST", "/api/v1/auth/user-actor-token", { as })).status).toBe(500);
      expect((await api("DELETE", `/api/v1/auth/tokens/${id}`, { as })).status).toBe(500);
      expect((await api("GET", "/api/v2/whoami", { as: token })).status).toBe(200);
      expect((await api("GET", `/api/v1/projects/${world.owner.ref}/dev`, { as })).status).toBe(200);
      expect((await api("POST", `/api/v1/projects/${world.owner.ref}/dev/jwt`, { as: token, body: {} })).status).toBe(
        200,
      );
      expect((await api("GET", "/api/v2/whoami", { as: "tr_pat_bad" })).status).toBe(401);
      await expect.poll(() => world.app.log()).toContain("audit rows were lost");
    } finally {
      await world.pool.query("ALTER TABLE gone RENAME TO audit_event");
    }
    expect(await tokens()).toBe(before);
    expect((await world.app.api("DELETE", `/api/v1/auth/tokens/${id}`, { as: world.owner.pat })).status).toBe(204);
  });
});
