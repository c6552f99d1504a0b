import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseKeyRing, type KeyRing } from "@trigger.dev/core/jwt";
import { type ApiAnswer, type AppOptions, type JsonObject, startApp, type TestApp } from "@trigger.dev/testing";
import { Pool } from "pg";

type Slug = "dev" | "staging" | "prod" | "preview";

/** A person with an organization and a project of their own. */
export interface Tenant {
  email: string;
  userId: string;
  pat: string;
  patId: string;
  org: string;
  ref: string;
  environments: Record<Slug, { id: string; apiKey: string }>;
}

export interface Minted {
  token: string;
  id: string;
  expiresAt: string;
  cap: string[] | null;
}

export interface Exchanged {
  token: string;
  scopes: string[];
  deniedScopes: string[];
  expiresAt: string;
}

export interface World {
  app: TestApp;
  pool: Pool;
  /** Owner of the organization `main`. */
  owner: Tenant;
  /** Nobody in the owner's organization; has one of their own. */
  stranger: Tenant;
  /** Answers any call's JSON, and fails on anything but 200. */
  ok<T = JsonObject>(method: string, path: string, request?: Parameters<TestApp["api"]>[2]): Promise<T>;
  mint(body?: JsonObject, as?: string): Promise<Minted>;
  exchange(env: string, body?: JsonObject, as?: string, headers?: Record<string, string>): Promise<Exchanged>;
  /** The key ring of this name, as the server has it. */
  ring(name: string): Promise<KeyRing>;
  stop(): Promise<void>;
}

export async function patIdOf(app: TestApp, pat: string): Promise<string> {
  const { body } = await app.api<{ tokens: { id: string; kind: string; name: string | null }[] }>(
    "GET",
    "/api/v1/auth/tokens",
    { as: pat },
  );
  const found = body.tokens.find(({ kind }) => kind === "pat");
  if (found === undefined) throw new Error("the person has no personal access token");
  return found.id;
}

/** A new person, with an organization and a project, by the operator's tool. */
export async function createTenant(app: TestApp, name: string): Promise<Tenant> {
  const email = `${name}@example.com`;
  const { userId } = await app.admin<{ userId: string }>("user", "create", "--email", email);
  await app.admin("org", "create", "--slug", name, "--title", name, "--owner", email);
  const project = await app.admin<{ ref: string; environments: Tenant["environments"] }>(
    "project",
    "create",
    "--org",
    name,
    "--name",
    `${name}'s project`,
  );
  const pat = await app.admin<{ token: string; tokenId: string }>("pat", "create", "--email", email, "--name", name);
  return { email, userId, pat: pat.token, patId: pat.tokenId, org: name, ...project };
}

/** A tenant whose account can be deleted: somebody else owns the organization as well. */
export async function createDeletable(app: TestApp, name: string): Promise<Tenant> {
  const tenant = await createTenant(app, name);
  const email = `co-owner-of-${name}@example.com`;
  await app.admin("user", "create", "--email", email);
  await app.admin("member", "add", "--org", tenant.org, "--email", email, "--role", "owner");
  return tenant;
}

/** A member of the owner's organization; `environments.dev` is their own, read through the API. */
export async function createMember(world: World, name: string): Promise<Tenant> {
  const { app, owner } = world;
  const email = `${name}@example.com`;
  const { userId } = await app.admin<{ userId: string }>("user", "create", "--email", email);
  await app.admin("member", "add", "--org", owner.org, "--email", email);
  const { token: pat, tokenId: patId } = await app.admin<{ token: string; tokenId: string }>(
    "pat",
    "create",
    "--email",
    email,
    "--name",
    name,
  );
  const { apiKey } = await world.ok<{ apiKey: string }>("GET", `/api/v1/projects/${owner.ref}/dev`, { as: pat });
  const { sub: id } = await world.ok<{ sub: string }>("POST", "/api/v1/auth/jwt/claims", { as: apiKey });
  return {
    email,
    userId,
    pat,
    patId,
    org: owner.org,
    ref: owner.ref,
    environments: {
      ...owner.environments,
      dev: {
        id,
        apiKey,
      },
    },
  };
}

/** The real server on a database of its own, with two tenants who share nothing. Rates are off unless asked for. */
export async function startWorld(options: AppOptions = {}): Promise<World> {
  const app = await startApp({ ...options, env: { RATE_LIMITS: "off", ...options.env } });
  const pool = new Pool({ connectionString: app.databaseUrl ?? "", max: 4 });
  // The database ends before the pool does where a test stops the server first.
  pool.on("error", () => {});
  const { bootstrap } = app;
  const owner: Tenant = {
    email: bootstrap.email,
    userId: bootstrap.userId,
    pat: bootstrap.personalAccessToken,
    patId: await patIdOf(app, bootstrap.personalAccessToken),
    org: bootstrap.organization.slug,
    ref: bootstrap.project.ref,
    environments: bootstrap.environments,
  };
  const ok: World["ok"] = async <T>(method: string, path: string, request?: Parameters<TestApp["api"]>[2]) => {
    const answer: ApiAnswer<T> = await app.api<T>(method, path, request);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  return {
    app,
    pool,
    owner,
    ok,
    stranger: await createTenant(app, "stranger"),
    mint: (body = {}, as = owner.pat) =>
      ok<Minted>("POST", "/api/v1/auth/user-actor-token", {
        as,
        body,
      }),
    exchange: (env, body = {}, as = owner.pat, headers = {}) =>
      ok<Exchanged>("POST", `/api/v1/projects/${owner.ref}/${env}/jwt`, {
        as,
        body,
        headers,
      }),
    async ring(name) {
      const texts: Record<string, string> = JSON.parse(await readFile(join(app.dataDir, "secrets.json"), "utf8"));
      return parseKeyRing(texts[name] ?? "");
    },
    async stop() {
      await pool.end();
      await app.stop();
    },
  };
}
