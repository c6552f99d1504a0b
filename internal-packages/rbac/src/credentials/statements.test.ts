import { escapeLiteral } from "pg";
import type { AccessTarget } from "@trigger.dev/plugins/rbac";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorld, inHours, type World } from "../test-world/world.js";

let world: World;

/** Enough rows that a plan without an index would show itself. */
const CROWD = 3_000;

beforeAll(async () => {
  world = await createWorld();
  await world.pool.query(`
    INSERT INTO "user" (id, email) SELECT 'user_c' || n, 'c' || n || '@example.test' FROM generate_series(1, ${CROWD}) n;
    INSERT INTO organization (id, slug, title) SELECT 'org_c' || n, 'c' || n, 'c' FROM generate_series(1, ${CROWD}) n;
    INSERT INTO organization_member (organization_id, user_id, since)
      SELECT 'org_c' || n, 'user_c' || n, now() FROM generate_series(1, ${CROWD}) n;
    INSERT INTO project (id, organization_id, external_ref, slug, name)
      SELECT 'proj_c' || n, 'org_c' || n, 'ref_c' || n, 'c', 'c' FROM generate_series(1, ${CROWD}) n;
    INSERT INTO environment (id, project_id, type, slug)
      SELECT 'env_c' || n, 'proj_c' || n, 'PRODUCTION', 'prod' FROM generate_series(1, ${CROWD}) n;
    INSERT INTO environment_key (id, environment_id, hash, ciphertext)
      SELECT 'key_c' || n, 'env_c' || n, sha256(n::text::bytea), '' FROM generate_series(1, ${CROWD}) n;
    INSERT INTO personal_access_token (id, user_id, name, hash, obfuscated)
      SELECT 'pat_c' || n, 'user_c' || n, '', sha256(n::text::bytea), '' FROM generate_series(1, ${CROWD}) n;
    INSERT INTO user_actor_token (id, user_id, pat_id, client, expires_at)
      SELECT 'uat_c' || n, 'user_c' || n, 'pat_c' || n, '', now() FROM generate_series(1, ${CROWD}) n;
    INSERT INTO session (id, secret_hash, user_id, expires_at)
      SELECT 'session_c' || n, sha256(n::text::bytea), 'user_c' || n, now() FROM generate_series(1, ${CROWD}) n;
    ANALYZE`);
});
afterAll(() => world.stop());

interface Asked {
  text: string;
  values: unknown[];
}

/** The statement that `run` asks. */
const statementOf = async (run: () => Promise<unknown>): Promise<Asked> => {
  const asked: Asked[] = [];
  const { query } = world.pool;
  Object.assign(world.pool, {
    query: (statement: Asked) => {
      asked.push(statement);
      return Reflect.apply(query, world.pool, [statement]);
    },
  });
  await run();
  Object.assign(world.pool, { query });
  const [statement] = asked;
  if (!statement || asked.length > 1) throw new Error(`${asked.length} statements`);
  return statement;
};

const literal = (value: unknown): string => {
  if (Buffer.isBuffer(value)) return `'\\x${value.toString("hex")}'`;
  return escapeLiteral(value instanceof Date ? value.toISOString() : String(value));
};

/** The plan that a prepared statement ends up with. */
const planOf = async ({ text, values }: Asked): Promise<string> => {
  const client = await world.pool.connect();
  try {
    await client.query("SET plan_cache_mode = force_generic_plan");
    await client.query(`PREPARE explained AS ${text}`);
    const { rows } = await client.query(`EXPLAIN EXECUTE explained(${values.map(literal).join(", ")})`);
    await client.query("DEALLOCATE explained");
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  } finally {
    client.release(true);
  }
};

describe("the one statement of an authentication", () => {
  const target = (): AccessTarget => ({
    kind: "environment",
    ref: world.project.ref,
    environment: "preview",
    branch: "feature",
  });
  const pat = () => world.insert.pat(world.ada.id);

  it.each<[string, () => Promise<() => Promise<unknown>>]>([
    [
      "a PAT",
      async () => {
        const { token } = await pat();
        return () => world.resolvers.personalAccessToken(token, { target: { kind: "none" } });
      },
    ],
    [
      "a PAT and a branch",
      async () => {
        const { token } = await pat();
        return () => world.resolvers.personalAccessToken(token, { target: target() });
      },
    ],
    [
      "a PAT and an organization",
      async () => {
        const { token } = await pat();
        return () => world.resolvers.personalAccessToken(token, { target: { kind: "organization", slug: "acme" } });
      },
    ],
    [
      "a user-actor token and a branch",
      async () => {
        const { token } = await world.mint(world.ada, await pat());
        return () => world.resolvers.userActor(token, { target: target() });
      },
    ],
    [
      "a session and a project",
      async () => {
        const secret = await world.insert.session(world.ada.id, inHours(1));
        return () => world.resolvers.session(secret, { target: { kind: "project", ref: world.project.ref } });
      },
    ],
    [
      "an environment's key",
      async () => () => world.resolvers.bearer(world.prod.apiKey, { target: { kind: "credential" } }),
    ],
    [
      "an environment's key and a branch",
      async () => () =>
        world.resolvers.bearer(world.preview.apiKey, { target: { kind: "credential", branch: "feature" } }),
    ],
    [
      "an exchanged JWT",
      async () => {
        const parent = await pat();
        const { id } = await world.mint(world.ada, parent);
        const act = { sub: world.ada.id, client: "ci", pat: parent.id, uat: id };
        const token = await world.exchange({ environmentId: world.prod.id, act });
        return () => world.resolvers.bearer(token, { target: { kind: "credential" } });
      },
    ],
  ])("finds %s by indexes alone", async (_what, prepare) => {
    const plan = await planOf(await statementOf(await prepare()));
    expect(plan).toContain("Index");
    expect(plan).not.toContain("Seq Scan");
  });
});

describe("a role function", () => {
  const options = { roleFunction: "authz.role_of" };
  beforeAll(async () => {
    await world.pool.query(`CREATE SCHEMA authz;
      CREATE FUNCTION authz.role_of(user_id text, organization_id text, project_id text, environment_type text, pat_id text)
      RETURNS jsonb LANGUAGE sql STABLE AS
      $$ SELECT jsonb_build_object('user', user_id, 'org', organization_id, 'proj', project_id, 'type', environment_type, 'pat', pat_id) $$`);
  });

  it("is asked of members within the same statement, with what is known of the target", async () => {
    const { id, token } = await world.insert.pat(world.ada.id);
    const ask = async (target: AccessTarget) => {
      const { value, statements } = await world.counting(() =>
        world.resolvers.personalAccessToken(token, { target }, options),
      );
      expect(statements).toBe(1);
      return value.ok ? value.evidence.role : value.reason;
    };
    const all = { user: world.ada.id, org: world.acme.id, proj: world.project.id, type: "PRODUCTION", pat: id };
    expect(await ask({ kind: "environment", ref: world.project.ref, environment: "prod" })).toEqual(all);
    expect(await ask({ kind: "project", ref: world.project.ref })).toEqual({ ...all, type: null });
    expect(await ask({ kind: "organization", slug: "acme" })).toEqual({ ...all, proj: null, type: null });
    expect(await ask({ kind: "organization", slug: "other" })).toBeNull();
    expect(await ask({ kind: "none" })).toBeNull();
  });

  it("is asked for user-actor tokens, sessions and exchanged JWTs too, and not for an environment's own key", async () => {
    const parent = await world.insert.pat(world.ada.id);
    const uat = await world.mint(world.ada, parent);
    const request = { target: { kind: "project", ref: world.project.ref } } as const;
    expect(await world.resolvers.userActor(uat.token, request, options)).toMatchObject({
      evidence: { role: { pat: parent.id } },
    });
    const secret = await world.insert.session(world.ada.id, inHours(1));
    expect(await world.resolvers.session(secret, request, options)).toMatchObject({
      evidence: { role: { user: world.ada.id, pat: null } },
    });
    const own = { target: { kind: "credential" } } as const;
    const token = await world.exchange({
      environmentId: world.prod.id,
      act: { sub: world.ada.id, pat: parent.id, uat: uat.id },
    });
    expect(await world.resolvers.bearer(token, own, options)).toMatchObject({
      evidence: { role: { type: "PRODUCTION", pat: parent.id } },
    });
    expect(await world.resolvers.bearer(world.prod.apiKey, own, options)).toMatchObject({ evidence: { role: null } });
  });

  it("that answers a set is a part of the statement, and says nothing where the set is empty", async () => {
    await world.pool.query(`
      CREATE TABLE authz.chief (user_id text PRIMARY KEY);
      CREATE FUNCTION authz.roles_of(user_id text, organization_id text, project_id text, environment_type text, pat_id text)
      RETURNS SETOF jsonb LANGUAGE sql STABLE AS $$ SELECT to_jsonb('chief'::text) FROM authz.chief c WHERE c.user_id = $1 $$;
      INSERT INTO authz.chief VALUES ('${world.ada.id}')`);
    const request = { target: { kind: "project", ref: world.project.ref } } as const;
    const set = { roleFunction: "authz.roles_of" };
    const ask = async (user: { id: string }) => {
      const { token } = await world.insert.pat(user.id);
      return world.resolvers.personalAccessToken(token, request, set);
    };
    expect(await ask(world.ada)).toMatchObject({ ok: true, evidence: { role: "chief" } });
    expect(await ask(world.bob)).toMatchObject({ ok: true, evidence: { role: null } });
    const { token } = await world.insert.pat(world.ada.id);
    const statement = await statementOf(() => world.resolvers.personalAccessToken(token, request, set));
    const plan = await planOf(statement);
    expect(plan).toContain("on chief");
    expect(plan).not.toContain("Function Scan");
  });

  it("that answers two rows vouches for nobody", async () => {
    await world.pool.query(`
      CREATE FUNCTION authz.both(user_id text, organization_id text, project_id text, environment_type text, pat_id text)
      RETURNS SETOF jsonb LANGUAGE sql STABLE AS $$ SELECT to_jsonb(n) FROM generate_series(1, 2) n $$`);
    const { token } = await world.insert.pat(world.ada.id);
    const request = { target: { kind: "project", ref: world.project.ref } } as const;
    const asking = world.resolvers.personalAccessToken(token, request, { roleFunction: "authz.both" });
    await expect(asking).rejects.toThrow("more than one row");
  });

  it.each(["role_of", "authz.role_of; DROP TABLE run", "authz.role of", "a.b.c", "Authz.role", ""])(
    "is not called when it is named %j",
    async (roleFunction) => {
      const { token } = await world.insert.pat(world.ada.id);
      const asking = world.resolvers.personalAccessToken(token, { target: { kind: "none" } }, { roleFunction });
      await expect(asking).rejects.toThrow("schema.name");
    },
  );
});
