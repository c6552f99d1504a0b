import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { environmentWith, makeTempDir, repositoryRoot } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawRequest, sendRaw } from "../support/raw-http.js";
import { selfSigned } from "../support/self-signed.js";
import { signIn } from "../support/session.js";
import { createTenant, startWorld, type World } from "../support/world.js";

const PASSWORD = "correct-horse-battery-staple";
const VARIABLE_VALUE = "sk_live_51HqVariableValue";

let world: World;
/** Everything that nobody may read anywhere, by what it is. */
let secrets: Record<string, string>;
/** The bodies and headers of everything that was refused. */
const refusals: string[] = [];

beforeAll(async () => {
  world = await startWorld({ env: { LOG_LEVEL: "trace" } });
  const { app, owner } = world;
  const doomed = await createTenant(app, "doomed");
  const uat = await world.mint();
  const revoked = await world.mint();
  await app.admin("token", "revoke", "--id", revoked.id);
  await app.admin("pat", "revoke", "--id", doomed.patId);
  const cookie = await signIn(app, app.bootstrap.signInUrl);
  const login = await world.ok<{ authorizationCode: string }>("POST", "/api/v1/authorization-code");
  const texts: Record<string, string> = JSON.parse(await readFile(join(app.dataDir, "secrets.json"), "utf8"));
  secrets = {
    pat: owner.pat,
    "revoked pat": doomed.pat,
    uat: uat.token,
    "revoked uat": revoked.token,
    "environment key": owner.environments.dev.apiKey,
    "another's key": doomed.environments.prod.apiKey,
    "exchanged jwt": (await world.exchange("dev", {}, uat.token)).token,
    "exchanged jwt of a revoked token": (await world.exchange("dev", {}, owner.pat)).token,
    "self-signed jwt": selfSigned(owner.environments.dev, ["read:runs"]),
    "session cookie": decodeURIComponent(cookie.split("=").slice(1).join("=")),
    "authorization code": login.authorizationCode,
    "sign-in link": new URL(app.bootstrap.signInUrl).pathname.split("/").at(-1) ?? "",
    "the database's password": new URL(app.databaseUrl ?? "").password,
    password: PASSWORD,
    "value of a variable": VARIABLE_VALUE,
    ...Object.fromEntries(Object.entries(texts).map(([name, ring]) => [name, ring.slice(ring.indexOf(":") + 1)])),
  };
});

afterAll(() => world?.stop());

async function call(...[method, path, request]: Parameters<World["app"]["api"]>): Promise<void> {
  const answer = await world.app.api(method, path, request);
  if (answer.status >= 400)
    refusals.push(`${method} ${answer.status} ${[...answer.headers].join("\n")} ${answer.text}`);
}

/** Sends every credential to every kind of route, as what it is, as what it is not, and in the wrong place. */
async function misplaceAll(): Promise<void> {
  const { ref } = world.owner;
  for (const [name, secret] of Object.entries(secrets)) {
    const text = encodeURIComponent(secret);
    await call("GET", "/api/v2/whoami", { as: secret });
    await call("POST", "/api/v1/auth/user-actor-token", { as: secret, body: { ttlSeconds: -1 } });
    await call("GET", "/api/v1/runs?filter[status]=nonsense", { as: secret });
    await call("GET", `/api/v1/projects/${ref}/prod`, { as: `${secret}x` });
    await call("GET", "/api/v2/whoami", { headers: { authorization: secret, cookie: `a=${text}` } });
    await call("GET", `/api/v2/whoami?token=${text}&projectRef=${text}`, { as: world.owner.pat });
    await call("GET", `/api/v1/runs?filter[status]=${text}&page[after]=${text}`, {
      as: world.owner.environments.dev.apiKey,
    });
    await call("GET", `/api/v3/runs/${text}`, { as: world.owner.environments.dev.apiKey });
    await call("GET", `/api/v3/runs/${text}`, { as: secrets["self-signed jwt"] });
    await call("POST", `/api/v1/tasks/${text}/trigger`, { as: secrets["self-signed jwt"], body: {} });
    await call("DELETE", `/api/v1/auth/tokens/${text}`, { as: world.owner.pat });
    await call("GET", `/api/v1/projects/${text}/dev`, { as: world.owner.pat });
    await call("GET", `/api/v1/projects/${ref}/envvars/dev/${text}`, { as: world.owner.pat });
    await call("GET", `/api/v1/${text}`, { as: secret });
    await call("GET", `/${text}/api?x=${text}`);
    await call("GET", `/authorize/${text}`);
    await call("GET", `/sign-in/link/${text}x?redirectTo=${text}`);
    await call("POST", "/api/v1/token", { body: { authorizationCode: `${secret}x` } });
    await call("POST", "/api/v1/token", { body: { authorizationCode: [secret] } });
    const inScopes = { cap: [secret, `read:runs:${secret}\n`], client: `${secret}\n${secret}`, ttlSeconds: secret };
    await call("POST", "/api/v1/auth/user-actor-token", { as: world.owner.pat, body: inScopes });
    const asked = {
      claims: { scopes: [`read:apiKeys:${secret}`.slice(0, 256), secret] },
      expirationTime: secret.slice(0, 64),
    };
    await call("POST", `/api/v1/projects/${ref}/dev/jwt`, { as: secrets["uat"], body: asked });
    await call("POST", `/api/v1/projects/${ref}/dev/jwt`, {
      as: secrets["uat"],
      headers: { "x-trigger-branch": text.slice(0, 200) },
    });
    await call("POST", `/api/v1/projects/${ref}/envvars/dev`, {
      as: world.owner.pat,
      body: { name: secret, value: VARIABLE_VALUE, isSecret: secret },
    });
    await call("POST", `/api/v1/projects/${ref}/branches`, {
      as: world.owner.pat,
      body: { branch: `${secret} ${secret}` },
    });
    await call("POST", "/api/v1/tasks/x/trigger", {
      as: world.owner.environments.dev.apiKey,
      body: { options: { delay: secret.slice(0, 64), tags: [`\n${secret}`] } },
    });
    await call("POST", "/api/v1/auth/user-actor-token", {
      as: world.owner.pat,
      raw: `{"token":"${secret}`,
      headers: { "content-type": "application/json" },
    });
    refusals.push(
      (
        await sendRaw(
          world.app.origin,
          rawRequest(`GET /${text}`, [`Authorization: Bearer ${secret}`, `Authorization: ${secret}`]),
          500,
        )
      ).body,
    );
    refusals.push(
      (
        await sendRaw(
          world.app.origin,
          rawRequest(`GET /api/v2/whoami`, [`Authorization: Bearer ${secret}`, `Authorization: ${name}`]),
          500,
        )
      ).body,
    );
  }
  await call("POST", "/sign-in", {
    raw: new URLSearchParams({ email: world.owner.email, password: PASSWORD, csrf: "x" }).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded", origin: world.app.origin },
  });
}

/** Takes the tables away under the server, so that everything that can fail fails. */
async function breakDatabase(work: () => Promise<void>): Promise<void> {
  const tables = [
    "run",
    "environment_variable",
    "user_actor_token",
    "authorization_code",
    "session",
    "sign_in_link",
    "environment_key",
  ];
  for (const table of tables) await world.pool.query(`ALTER TABLE ${table} RENAME TO gone_${table}`);
  await work();
  for (const table of tables) await world.pool.query(`ALTER TABLE gone_${table} RENAME TO ${table}`);
}

const killConnections = () =>
  world.pool.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'trigger.dev' AND datname = current_database()",
  );

async function useAll(): Promise<void> {
  const { owner } = world;
  const { ref } = owner;
  const key = owner.environments.dev.apiKey;
  const value = VARIABLE_VALUE;
  await Promise.all([
    call("GET", "/api/v2/whoami", { as: owner.pat }),
    call("GET", "/api/v2/whoami", { as: secrets["uat"] }),
    call("POST", "/api/v1/auth/user-actor-token", { as: owner.pat, body: { client: "x" } }),
    call("POST", `/api/v1/projects/${ref}/dev/jwt`, { as: secrets["uat"], body: {} }),
    call("GET", `/api/v1/projects/${ref}/dev`, { as: owner.pat }),
    call("GET", "/api/v1/runs", { as: key }),
    call("GET", "/api/v1/runs", { as: secrets["exchanged jwt"] }),
    call("GET", "/api/v1/runs", { as: secrets["self-signed jwt"] }),
    call("POST", "/api/v1/tasks/x/trigger", { as: key, body: { payload: { value, token: owner.pat } } }),
    call("POST", `/api/v1/projects/${ref}/envvars/dev`, { as: owner.pat, body: { name: "SECRET", value } }),
    call("PUT", `/api/v1/projects/${ref}/envvars/dev/SECRET`, { as: owner.pat, body: { value } }),
    call("POST", `/api/v1/projects/${ref}/envvars/dev/import`, {
      as: owner.pat,
      body: { variables: { SECRET: value } },
    }),
    call("GET", `/api/v1/projects/${ref}/envvars/dev`, { as: owner.pat }),
    call("POST", "/api/v1/token", { body: { authorizationCode: secrets["authorization code"] } }),
    call("POST", "/api/v1/authorization-code"),
    call("GET", `/sign-in/link/${secrets["sign-in link"]}`),
    call("GET", `/authorize/${secrets["authorization code"]}`, {
      headers: { cookie: `trigger_session=${encodeURIComponent(secrets["session cookie"] ?? "")}` },
    }),
  ]);
}

/** Each secret that `text` holds, also as URLs, JSON and base64 would spell it. A JWT's signature alone is one too. */
function found(text: string): string[] {
  return Object.entries(secrets).flatMap(([name, secret]) => {
    const parts = secret.split(".").filter((part) => part.length > 20);
    const spellings = [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString("base64"),
      secret.slice(0, 24),
      ...parts,
    ];
    return spellings.some((spelling) => spelling.length > 10 && text.includes(spelling)) ? [name] : [];
  });
}

describe("what every kind of failure leaves behind", () => {
  beforeAll(async () => {
    await misplaceAll();
    await breakDatabase(useAll);
    await world.pool.query(`UPDATE environment_key SET ciphertext = replace(ciphertext, '.', '.A')`);
    await useAll();
    await world.pool.query(`UPDATE environment_key SET ciphertext = replace(ciphertext, '.A', '.')`);
    for (let round = 0; round < 5; round++) await Promise.all([killConnections(), useAll(), useAll()]);
    const path = join(world.app.dataDir, "secrets.json");
    const good = await readFile(path, "utf8");
    for (const bad of [
      good.slice(0, -20),
      good.replace("USER_ACTOR_SECRET", "USER"),
      good.replace(/:"?(\w{8}):/, ":$1 "),
    ]) {
      await writeFile(path, bad);
      await sleep(1_100);
      await useAll();
    }
    await writeFile(path, good);
    await sleep(1_100);
    await useAll();
  });

  it("was not nothing", () => {
    expect(refusals.length).toBeGreaterThan(300);
    expect(refusals.filter((text) => text.includes('"internal_error"')).length).toBeGreaterThan(5);
    const log = world.app.log();
    expect(log).toContain('"level":50');
    expect(log).toContain('"reason":"revoked"');
    expect(log).toContain("secrets.json");
  });

  it("holds no secret in the server's log", () => {
    expect(found(world.app.log())).toEqual([]);
    // A connection's own key, with which its queries are cancelled.
    expect(world.app.log()).not.toContain("secretKey");
  });

  it("did not end the server", () => {
    expect(world.app.child.exitCode).toBeNull();
    expect(world.app.log()).not.toContain('"level":60');
  });

  it("holds no secret in what callers were told", () => {
    const leaks = refusals.flatMap((text) => found(text).map((name) => `${name}: ${text.slice(0, 400)}`));
    // Of text that has no form of its own nothing can tell that it is secret; what is one by its look is never quoted.
    const formless = [
      "the database's password",
      "password",
      "value of a variable",
      "authorization code",
      "sign-in link",
      "session cookie",
      ...["USER_ACTOR_SECRET", "ENVIRONMENT_JWT_SECRET", "SESSION_SECRET", "ENCRYPTION_KEY"],
    ];
    expect(leaks.filter((leak) => !formless.some((name) => leak.startsWith(`${name}:`))).slice(0, 3)).toEqual([]);
  });

  it("is no stack trace, SQL or path of the server's", () => {
    for (const text of refusals)
      expect(text).not.toMatch(/\bat \w+.*\(.*:\d+:\d+\)|SELECT |INSERT INTO|node_modules|\/build\/|prisma\.\w+/);
  });

  it("works again once the fault is gone", async () => {
    for (const as of [world.owner.pat, secrets["uat"]])
      expect((await world.app.api("GET", "/api/v2/whoami", { as })).status).toBe(200);
    expect((await world.app.api("GET", "/api/v1/runs", { as: secrets["exchanged jwt"] })).status).toBe(200);
  });

  it("holds no secret in the audit trail", async () => {
    const { rows } = await world.pool.query<{ text: string }>("SELECT to_jsonb(a)::text AS text FROM audit_event a");
    expect(rows.length).toBeGreaterThan(0);
    expect(found(rows.map(({ text }) => text).join("\n"))).toEqual([]);
  });
});

describe("the command line under --log-level debug", () => {
  it("shows no credential, whatever goes wrong", async () => {
    const home = await makeTempDir("cli-home");
    await mkdir(join(home, "trigger"), { recursive: true });
    const profile = { accessToken: secrets["revoked pat"], apiUrl: world.app.origin };
    const profiles = { default: profile, good: { ...profile, accessToken: secrets["pat"] } };
    await writeFile(
      join(home, "trigger/config.json"),
      JSON.stringify({ version: 2, currentProfile: "default", profiles }),
    );
    const bin = join(repositoryRoot(), "packages/cli-v3/bin/trigger.mjs");
    const run = (args: string[], env: Record<string, string | undefined> = {}) =>
      new Promise<{ stdout: string; stderr: string }>((resolve) => {
        const settings = environmentWith({ XDG_CONFIG_HOME: home, HOME: home, NO_COLOR: "1", ...env });
        execFile(process.execPath, [bin, ...args], { env: settings, timeout: 20_000 }, (_error, stdout, stderr) =>
          resolve({ stdout, stderr }),
        );
      });
    const debug = ["--log-level", "debug"];
    const outputs: string[] = [];
    for (const env of [
      {},
      { TRIGGER_ACCESS_TOKEN: secrets["revoked uat"] },
      { TRIGGER_ACCESS_TOKEN: secrets["environment key"] },
      { TRIGGER_ACCESS_TOKEN: secrets["pat"], TRIGGER_API_URL: "http://127.0.0.1:1" },
    ]) {
      for (const command of [["whoami"], ["mint-token", "--cap", `read:runs:${secrets["uat"]}`], ["orgs", "list"]]) {
        const { stdout, stderr } = await run([...command, ...debug], env);
        outputs.push(stdout, stderr);
      }
    }
    const minted = await run(["mint-token", "--ttl", "60", "--profile", "good", ...debug]);
    expect(minted.stdout).toMatch(/^tr_uat_\S+\n$/);
    outputs.push(minted.stderr);
    outputs.push(
      ...Object.values(await run(["mint-token", "--cap", secrets["pat"] ?? "", "--profile", "good", ...debug])),
    );
    outputs.push(...Object.values(await run(["projects", "list", "--profile", "good", ...debug])));
    const text = outputs.join("\n");
    expect(text.length).toBeGreaterThan(500);
    expect(found(text)).toEqual([]);
    expect(text).not.toMatch(/eyJ[\w-]{20}/);
  });
});
