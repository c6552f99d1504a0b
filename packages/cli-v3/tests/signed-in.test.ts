import { once } from "node:events";
import { stat } from "node:fs/promises";
import { startApp, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decideLogin } from "./approve-login.js";
import { buildCli, createCliHome } from "./run-cli.js";

const TOKEN = /tr_(?:pat|uat)_\w/;
let app: TestApp;
let home: Awaited<ReturnType<typeof createCliHome>>;
const cli = (...args: string[]) => home.run(args);

beforeAll(async () => {
  const [started] = await Promise.all([startApp(), buildCli()]);
  app = started;
  home = await createCliHome({
    version: 2,
    currentProfile: "default",
    profiles: { default: { accessToken: app.bootstrap.personalAccessToken, apiUrl: app.origin } },
  });
});
afterAll(() => app?.stop());

describe("whoever is signed in", () => {
  it("is named by whoami, for a person and for a program", async () => {
    const { code, stdout, stderr } = await cli("whoami");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(app.bootstrap.email);
    const json = await cli("whoami", "--json", "-p", app.bootstrap.project.ref);
    expect(JSON.parse(json.stdout)).toMatchObject({
      userId: app.bootstrap.userId,
      email: app.bootstrap.email,
      profile: "default",
      apiUrl: app.origin,
      project: { name: expect.any(String) },
    });
  });

  it("lists organizations and projects", async () => {
    expect((await cli("orgs", "list")).stdout).toContain(`\t${app.bootstrap.organization.slug}\t`);
    expect(JSON.parse((await cli("orgs", "list", "--json")).stdout)).toMatchObject([app.bootstrap.organization]);
    expect((await cli("projects", "list")).stdout).toContain(`\t${app.bootstrap.project.ref}\t`);
    expect(JSON.parse((await cli("projects", "list", "--json")).stdout)).toMatchObject([
      { externalRef: app.bootstrap.project.ref },
    ]);
  });

  it("mints a token that acts for them under its cap", async () => {
    const { code, stdout, stderr } = await cli(
      "mint-token",
      "--ttl",
      "30m",
      "--cap",
      "read:runs",
      "--client",
      "a test",
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^tr_uat_\S+\n$/);
    const uat = stdout.trim();
    expect((await app.api("GET", "/api/v2/whoami", { as: uat })).body).toMatchObject({ userId: app.bootstrap.userId });
    const { body } = await app.api("GET", "/api/v1/auth/tokens", { as: app.bootstrap.personalAccessToken });
    expect(body).toMatchObject({
      tokens: expect.arrayContaining([expect.objectContaining({ kind: "uat", client: "a test", cap: ["read:runs"] })]),
    });
    const asAgent = await home.run(["whoami", "--json"], { TRIGGER_ACCESS_TOKEN: uat, TRIGGER_API_URL: app.origin });
    expect(JSON.parse(asAgent.stdout)).toMatchObject({ userId: app.bootstrap.userId, profile: null });
  });

  it("is warned in one line that a token without a cap can do everything", async () => {
    const { code, stdout, stderr } = await cli("mint-token");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^tr_uat_\S+\n$/);
    expect(stderr).toMatch(/^Warning: this token can do all that you can\.[^\n]*\n$/);
  });

  it("gets one JSON object where asked", async () => {
    const { stdout } = await cli(
      "mint-token",
      "--json",
      "--ttl",
      "60",
      "--cap",
      "read:runs,read:tasks",
      "--cap",
      "read:tags:a",
    );
    expect(JSON.parse(stdout)).toEqual({
      token: expect.stringMatching(/^tr_uat_/),
      id: expect.stringMatching(/^uat_/),
      expiresAt: expect.any(String),
      expiresInSeconds: 60,
      cap: ["read:runs", "read:tasks", "read:tags:a"],
      client: "cli",
    });
  });

  it("is told each bad scope and the nearest good one", async () => {
    const { code, stdout, stderr } = await cli("mint-token", "--cap", "read:run", "--cap", "raed:tasks");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    for (const scope of ["read:run", "read:runs", "raed:tasks", "read:tasks"]) {
      expect(stderr.split(`"${scope}"`), "said once").toHaveLength(2);
    }
  });
});

describe("whoever is refused", () => {
  it("is told how to sign in again, and exits 1", async () => {
    const { personalAccessToken } = app.bootstrap;
    const revoked = `${personalAccessToken.slice(0, -1)}${personalAccessToken.endsWith("a") ? "b" : "a"}`;
    const { run } = await createCliHome({
      version: 2,
      currentProfile: "work",
      profiles: { work: { accessToken: revoked, apiUrl: app.origin } },
    });
    for (const command of [["whoami"], ["orgs", "list"], ["projects", "list"], ["mint-token"]]) {
      const { code, stdout, stderr } = await run([...command, "--log-level", "debug"]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain(`trigger.dev login --profile work -a ${app.origin}`);
      expect(stderr).not.toMatch(TOKEN);
    }
    const { code, stderr } = await run(["whoami"], { TRIGGER_ACCESS_TOKEN: revoked });
    expect(code).toBe(1);
    expect(stderr).toContain("TRIGGER_ACCESS_TOKEN");
  });
});

describe("login", () => {
  /** Starts `login --no-browser` and waits for the page that it prints. */
  async function startLogin(at: Awaited<ReturnType<typeof createCliHome>>) {
    const child = at.start(["login", "--no-browser", "-a", app.origin, "--profile", "new"]);
    const said = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk) => (said.stdout += String(chunk)));
    const page = await new Promise<string>((resolve, reject) => {
      child.stderr.on("data", (chunk) => {
        said.stderr += String(chunk);
        const [url] = /http\S+\/authorize\/\S+(?=\n)/.exec(said.stderr) ?? [];
        if (url) resolve(url);
      });
      child.once("close", () => reject(new Error(said.stderr)));
    });
    return { child, said, page, closed: once(child, "close") };
  }

  it("ends when the person approves, with the token in the file and nowhere else", async () => {
    const fresh = await createCliHome();
    const { said, page, closed } = await startLogin(fresh);
    await decideLogin(app, page, "approve");
    expect((await closed)[0]).toBe(0);
    expect(said.stdout).toBe("");
    expect(said.stderr).toContain(`as ${app.bootstrap.email} (profile "new")`);
    expect(said.stderr).not.toMatch(TOKEN);
    expect(await fresh.config()).toEqual({
      version: 2,
      currentProfile: "new",
      profiles: { new: { accessToken: expect.stringMatching(/^tr_pat_/), apiUrl: app.origin } },
    });
    expect((await stat(fresh.file)).mode & 0o777).toBe(0o600);
    expect((await fresh.run(["whoami"])).code).toBe(0);
  });

  it("ends when the person denies, saving nothing", async () => {
    const fresh = await createCliHome();
    const { page, closed, said } = await startLogin(fresh);
    await decideLogin(app, page, "deny");
    expect((await closed)[0]).toBe(1);
    expect(said.stderr).toContain("Start again");
    await expect(fresh.config()).rejects.toThrow(/ENOENT/);
  });

  it("ends cleanly on Ctrl-C", async () => {
    const fresh = await createCliHome();
    const { child, closed, said } = await startLogin(fresh);
    child.kill("SIGINT");
    expect((await closed)[0]).toBe(130);
    expect(said.stderr).toContain("Nothing was saved");
  });
});
