import { once } from "node:events";
import { readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { type Bootstrap, createApi, freePort, makeTempDir } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { npmStart, type Started } from "./npm-start.js";

let dataDir: string;
let env: Record<string, string>;
let origin: string;
const started: Started[] = [];

beforeAll(async () => {
  dataDir = await makeTempDir("boot");
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  env = { PORT: String(port), DATA_DIR: dataDir };
});
afterAll(async () => {
  for (const each of started) await each.stopGroup("SIGKILL");
  await rm(dataDir, { recursive: true, force: true });
});

const start = async () => {
  const one = await npmStart(env);
  started.push(one);
  return one;
};
const bootstrap = async (): Promise<Bootstrap> => JSON.parse(await readFile(join(dataDir, "bootstrap.json"), "utf8"));
const whoami = async () => {
  const { personalAccessToken, userId } = await bootstrap();
  const answer = await createApi(origin)("GET", "/api/v2/whoami", { as: personalAccessToken });
  expect(answer).toMatchObject({ status: 200, body: { userId } });
};

describe.sequential("npm start", () => {
  it("boots for the first time, makes the first user, and ends on SIGTERM", async () => {
    const first = await start();
    const made = await bootstrap();
    expect(made).toMatchObject({
      email: "admin@example.com",
      userId: expect.stringMatching(/^user_/),
      personalAccessToken: expect.stringMatching(/^tr_pat_/),
      organization: { slug: expect.any(String) },
      project: { ref: expect.stringMatching(/^proj_/) },
      signInUrl: expect.stringContaining(origin),
    });
    for (const [slug, prefix] of Object.entries({
      dev: "tr_dev_",
      staging: "tr_stg_",
      prod: "tr_prod_",
      preview: "tr_preview_",
    })) {
      expect(made.environments).toHaveProperty([slug, "apiKey"], expect.stringContaining(prefix));
      expect(made.environments).toHaveProperty([slug, "id"], expect.stringMatching(/^env_/));
    }
    for (const name of ["bootstrap.json", "secrets.json"])
      expect((await stat(join(dataDir, name))).mode & 0o777).toBe(0o600);
    expect(first.log()).toContain(`ready ${origin}`);
    expect(first.log()).toContain(join(dataDir, "bootstrap.json"));
    expect(first.log()).not.toContain(made.personalAccessToken);
    expect(first.log()).not.toContain(made.signInUrl);
    await whoami();
    const { gone, ms } = await first.stopGroup();
    expect(gone).toBe(true);
    expect(ms).toBeLessThan(10_000);
  });

  it("ends with all below it when npm alone is signalled", async () => {
    const { gone, ms } = await (await start()).stopNpm();
    expect(gone).toBe(true);
    expect(ms).toBeLessThan(10_000);
  });

  it("boots again within seconds, on the same data", async () => {
    const before = await bootstrap();
    const second = await start();
    expect(await bootstrap()).toEqual(before);
    expect(second.bootMs).toBeLessThan(10_000);
    await whoami();
  });

  it("refuses a second start on the same data, saying who has it", async () => {
    await expect(npmStart({ ...env, PORT: String(await freePort()) })).rejects.toThrow(
      /in use by another server, process \d+/,
    );
    await whoami();
  });

  it("recovers by itself after kill -9", async () => {
    await started.at(-1)?.stopGroup("SIGKILL");
    await start();
    await whoami();
  });

  it("ends when npm alone is told to", async () => {
    const last = started.at(-1);
    if (!last) throw new Error("nothing runs");
    const exited = once(last.child, "exit");
    last.child.kill("SIGTERM");
    await exited;
    expect(await last.stopGroup()).toMatchObject({ gone: true });
    await expect(fetch(`${origin}/healthcheck`)).rejects.toThrow("fetch failed");
  });

  it("says in one sentence that its port is taken, and lets go of everything", async () => {
    const other = createServer().listen(Number(env["PORT"]), "127.0.0.1");
    await once(other, "listening");
    const said = await npmStart(env).then(() => "started", String);
    other.close();
    expect(said).toMatch(/^Another program listens there already .*: set PORT or HOST\.$/m);
    expect(said).not.toContain('{"level"');
    await start();
    await whoami();
  });
});
