import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SECRET_NAMES } from "@trigger.dev/rbac";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { addKey, dropOldKeys, refuseIfSetByEnvironment } from "./rotate-secret.js";
import { loadSecrets } from "./secrets.js";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "secrets-"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const file = () => join(dataDir, "secrets.json");
const stored = (): Record<string, string> => JSON.parse(readFileSync(file(), "utf8"));
const key = (kid = "k1") => `${kid}:${randomBytes(32).toString("base64url")}`;
const completeEnv = () => Object.fromEntries(SECRET_NAMES.map((name) => [name, key()]));

describe("on a first boot", () => {
  it("generates every secret that nobody set, for this account alone", async () => {
    const secrets = await loadSecrets({ config: { dataDir, production: false }, env: {} });
    expect(Object.keys(stored()).toSorted()).toEqual([...SECRET_NAMES].toSorted());
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readdirSync(dataDir)).toEqual(["secrets.json"]);
    expect(new Set(Object.values(stored())).size).toBe(4);
    expect(secrets.userActor.keys[0].secret.length).toBeGreaterThanOrEqual(43);
  });

  it("writes no secret that the environment sets", async () => {
    const env = { SESSION_SECRET: key("mine") };
    const secrets = await loadSecrets({ config: { dataDir, production: false }, env });
    expect(stored()).not.toHaveProperty("SESSION_SECRET");
    expect(secrets.session.keys[0].kid).toBe("mine");
  });

  it("makes one set of secrets when several processes boot at once", async () => {
    const config = { dataDir, production: false };
    const all = await Promise.all(Array.from({ length: 8 }, () => loadSecrets({ config, env: {} })));
    expect(new Set(all.map((secrets) => secrets.userActor.keys[0].secret)).size).toBe(1);
  });
});

describe("in production", () => {
  const load = (env: NodeJS.ProcessEnv) => loadSecrets({ config: { dataDir, production: true }, env });

  it("boots on secrets of its operator's own and writes no file", async () => {
    await load(completeEnv());
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it.each(SECRET_NAMES)("refuses to boot without %s, naming it", async (name) => {
    await expect(load({ ...completeEnv(), [name]: undefined })).rejects.toThrow(`${name} is missing`);
  });

  it.each(SECRET_NAMES)("refuses a short %s, naming it and not the secret", async (name) => {
    const error = await load({ ...completeEnv(), [name]: "k1:c2hvcnQtb25l" }).catch((caught: unknown) => caught);
    expect(String(error)).toContain(name);
    expect(String(error)).not.toContain("c2hvcnQtb25l");
  });

  it.each(["k1:change-me-change-me-change-me-change-me-change-me", `k1:${"a".repeat(43)}`])(
    "refuses the example secret %s",
    async (text) => {
      await expect(load({ ...completeEnv(), USER_ACTOR_SECRET: text })).rejects.toThrow("USER_ACTOR_SECRET");
    },
  );

  it("refuses one secret for two purposes", async () => {
    const shared = key();
    const env = { ...completeEnv(), USER_ACTOR_SECRET: shared, SESSION_SECRET: shared };
    await expect(load(env)).rejects.toThrow("SESSION_SECRET holds a secret of USER_ACTOR_SECRET");
  });
});

describe("rotation", () => {
  it("is seen by a running server, and unchanged rings keep their keys", async () => {
    const secrets = await loadSecrets({ config: { dataDir, production: false }, env: {} });
    const { userActor, session } = secrets;
    const kids = await addKey({ dataDir }, "USER_ACTOR_SECRET");
    expect(kids).toHaveLength(2);
    expect(await secrets.reload()).toBe(true);
    expect(secrets.userActor.keys.map(({ kid }) => kid)).toEqual(kids);
    expect(secrets.userActor.keys[1]?.secret).toBe(userActor.keys[0].secret);
    expect(secrets.session).toBe(session);
    expect(await secrets.reload()).toBe(false);
  });

  it("drops all but the newest key", async () => {
    const secrets = await loadSecrets({ config: { dataDir, production: false }, env: {} });
    const [newest, oldest] = await addKey({ dataDir }, "SESSION_SECRET");
    expect(await dropOldKeys({ dataDir }, "SESSION_SECRET")).toEqual([oldest]);
    await secrets.reload();
    expect(secrets.session.keys.map(({ kid }) => kid)).toEqual([newest]);
  });

  it("loses no key when many rotate at once", async () => {
    await loadSecrets({ config: { dataDir, production: false }, env: {} });
    await Promise.all(Array.from({ length: 5 }, () => addKey({ dataDir }, "SESSION_SECRET")));
    expect(stored().SESSION_SECRET?.split(",")).toHaveLength(6);
  });

  it("says where to change a secret that the environment sets", () => {
    expect(() => refuseIfSetByEnvironment("SESSION_SECRET", { SESSION_SECRET: key() })).toThrow(
      "SESSION_SECRET is set in the environment",
    );
  });

  it("keeps a running server on its keys while the file is broken", async () => {
    const problems: Error[] = [];
    const secrets = await loadSecrets({
      config: { dataDir, production: false },
      env: {},
      onProblem: (error) => problems.push(error),
    });
    const before = secrets.userActor;
    writeFileSync(file(), "{");
    expect(await secrets.reload()).toBe(false);
    expect(secrets.userActor).toBe(before);
    expect(problems).toHaveLength(1);
  });

  it("refuses to boot on a broken file", async () => {
    writeFileSync(file(), "{");
    await expect(loadSecrets({ config: { dataDir, production: false }, env: {} })).rejects.toThrow("secrets.json");
  });
});
