import { AdminError } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTenant, startWorld, type Tenant, type World } from "../support/world.js";

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
    problem: { kind: string; seq: string | null; id: string | null; message: string } | null;
  }[];
  losses: { kind: string; id: string }[];
}

const verify = (...args: string[]) => verifyIn(world, ...args);

const verifyIn = async (of: World, ...args: string[]): Promise<Verdict & { exitCode: number | null }> => {
  try {
    return { ...(await of.app.admin<Verdict>("audit", "verify", ...args)), exitCode: 0 };
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

describe.sequential.each([1, 2])("a row that goes within its first second, of a server of %i processes", (workers) => {
  let busy: World;
  let tenants: Tenant[];
  beforeAll(async () => {
    busy = await startWorld({ env: { WORKERS: String(workers) } });
    tenants = [busy.owner, busy.stranger, await createTenant(busy.app, "third")];
    await busy.pool.query("ALTER TABLE audit_event DISABLE TRIGGER USER");
  });
  afterAll(() => busy?.stop());

  const problemOf = async (tenant: Tenant | undefined) => {
    const { chains } = await verifyIn(busy);
    const { problem } = chains.find(({ slug }) => slug === tenant?.org) ?? {};
    return problem && { kind: problem.kind, id: problem.id };
  };

  /** Mints in a tenant's name, and does what somebody does who owns the tables, before anything is sealed. */
  const mintAnd = async (tenant: Tenant | undefined, statement: string): Promise<string[]> => {
    const open = await busy.pool.connect();
    await open.query("BEGIN");
    await open.query("SELECT pg_current_xact_id()");
    // So many that of two processes each has its own.
    const minted = await Promise.all(Array.from({ length: 8 }, () => busy.mint({}, tenant?.pat)));
    const { rows } = await busy.pool.query<{ id: string; target: string }>(statement);
    await open.query("COMMIT");
    open.release();
    const ids = rows.filter(({ target }) => minted.some(({ id }) => id === target)).map(({ id }) => id);
    expect(ids).toHaveLength(8);
    return ids;
  };

  it("is none while nobody touches the trail", async () => {
    await expect.poll(async () => (await verifyIn(busy)).chains.every(({ unsealed }) => unsealed === 0)).toBe(true);
    expect(await verifyIn(busy)).toMatchObject({ ok: true, losses: [] });
  });

  it.each([
    ["deleted right after the mint's answer", "missing", "DELETE FROM audit_event WHERE action = 'uat.mint'", 0],
    [
      "changed and given another MAC",
      "altered",
      "UPDATE audit_event SET user_id = NULL, mac = decode(md5(id) || md5(id), 'hex') WHERE action = 'uat.mint'",
      1,
    ],
    ["cut off with all after it", "missing", "DELETE FROM audit_event WHERE true", 2],
  ])("is named when it is %s", async (_, kind, change, of) => {
    const tenant = tenants[of];
    const unsealed = "seq > (SELECT max(through) FROM audit_seal)";
    const ids = await mintAnd(tenant, `${change} AND ${unsealed} RETURNING id, target`);
    await expect.poll(() => problemOf(tenant), { timeout: 15_000 }).toMatchObject({ kind });
    const problem = await problemOf(tenant);
    const { losses } = await verifyIn(busy);
    expect(ids).toContain(problem?.id);
    expect(losses.map(({ id }) => id).filter((id) => ids.includes(id))).not.toEqual([]);
    await expect.poll(() => busy.app.log()).toContain("rows of the audit trail were deleted or altered");
  });

  it("is named when the table is truncated", async () => {
    const before = (await verifyIn(busy)).losses.length;
    await busy.mint();
    await busy.pool.query("TRUNCATE audit_event");
    const reports = "SELECT 1 FROM audit_event WHERE action = 'audit.missing'";
    await expect.poll(async () => (await busy.pool.query(reports)).rowCount, { timeout: 15_000 }).toBeGreaterThan(0);
    expect((await verifyIn(busy)).losses.length).toBeGreaterThan(before);
  });

  it("is named when a command of the operator's wrote it", async () => {
    await busy.pool.query(`CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN IF NEW.action = ''pat.create'' THEN RETURN NULL; END IF; RETURN NEW; END'`);
    await busy.pool.query(
      "CREATE TRIGGER swallow BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION swallow()",
    );
    const call = busy.app.admin("pat", "create", "--email", busy.owner.email, "--name", "unseen");
    await expect(call).rejects.toThrow("was deleted or altered at once");
    const { rows } = await busy.pool.query(
      "SELECT detail ->> 'action' AS action FROM audit_event WHERE action = 'audit.missing'",
    );
    expect(rows).toContainEqual({ action: "pat.create" });
  });
});
