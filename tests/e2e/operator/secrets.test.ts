import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  environmentWith,
  freePort,
  makeTempDir,
  startApp,
  startAppProcess,
  startTestDatabase,
  type TestApp,
  type TestDatabase,
} from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const NAMES = ["USER_ACTOR_SECRET", "ENVIRONMENT_JWT_SECRET", "SESSION_SECRET", "ENCRYPTION_KEY"];
/** A running server looks at `secrets.json` at most a second late. */
const SEEN_MS = 1_500;

describe.sequential("rotating a secret while the server runs", () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());

  const mint = async (): Promise<string> => {
    const answer = await app.api<{ token: string }>("POST", "/api/v1/auth/user-actor-token", {
      as: app.bootstrap.personalAccessToken,
    });
    return answer.body.token;
  };
  const status = async (token: string) => (await app.api("GET", "/api/v2/whoami", { as: token })).status;
  const kidOf = (token: string): unknown =>
    JSON.parse(Buffer.from(token.replace("tr_uat_", "").split(".")[0] ?? "", "base64url").toString()).kid;

  it("keeps what the old key signed, and signs with the new one", async () => {
    const before = await mint();
    const { kid } = await app.admin("secret", "rotate", "--name", "USER_ACTOR_SECRET");
    await sleep(SEEN_MS);
    const after = await mint();
    expect(kidOf(after)).toBe(kid);
    expect(kidOf(before)).not.toBe(kid);
    expect([await status(before), await status(after)]).toEqual([200, 200]);
  });

  it("kills what the old keys signed when they are dropped", async () => {
    const before = await mint();
    await app.admin("secret", "rotate", "--name", "USER_ACTOR_SECRET", "--drop-old");
    await sleep(SEEN_MS);
    expect(await status(before)).toBe(401);
    expect(await status(await mint())).toBe(200);
  });

  it("seals everything anew before an encryption key is dropped", async () => {
    expect(await app.admin("secret", "rotate", "--name", "ENCRYPTION_KEY", "--drop-old")).toMatchObject({
      resealed: 5,
    });
    await sleep(SEEN_MS);
    const { project, environments, personalAccessToken } = app.bootstrap;
    const prod = await app.api("GET", `/api/v1/projects/${project.ref}/prod`, { as: personalAccessToken });
    expect(prod).toMatchObject({ status: 200, body: { apiKey: environments.prod.apiKey } });
  });
});

describe("a production instance", () => {
  let database: TestDatabase;
  let dataDir: string;
  beforeAll(async () => {
    database = await startTestDatabase();
    dataDir = await makeTempDir("production");
  });
  afterAll(() => database.stop());

  const good = () => Object.fromEntries(NAMES.map((name) => [name, `k1:${randomBytes(32).toString("base64url")}`]));
  const boot = async (secrets: Record<string, string | undefined>) =>
    startAppProcess(
      environmentWith({
        NODE_ENV: "production",
        DATABASE_URL: database.url,
        DATA_DIR: dataDir,
        HOST: "127.0.0.1",
        PORT: String(await freePort()),
        ...secrets,
      }),
    );

  it.each(NAMES)("does not boot without %s, and says which it is", async (name) => {
    await expect(boot({ ...good(), [name]: undefined })).rejects.toThrow(name);
  });

  it.each([
    ["short", "k1:YWJjZGVm"],
    ["an example", "k1:change-me-to-something-random-with-43-characters"],
  ])("does not boot on a secret that is %s", async (_what, secret) => {
    await expect(boot({ ...good(), USER_ACTOR_SECRET: secret })).rejects.toThrow("USER_ACTOR_SECRET");
  });

  it("boots on secrets of its operator's own, and leaves their rotation to the environment", async () => {
    const app = await boot(good());
    expect((await fetch(`${app.origin}/healthcheck`)).status).toBe(200);
    expect(await app.end()).toBe(0);
  });

  it("does not boot on another's database with an encryption key of its own, and says so in one sentence", async () => {
    const said = await boot(good()).then(() => "booted", String);
    expect(said).toMatch(/^The database was written under another ENCRYPTION_KEY: .*secrets\.json\.$/m);
    expect(said).not.toContain('{"level"');
  });
});
