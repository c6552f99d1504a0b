import { startApp, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PublishedCli, publishedCli } from "./src/published-cli.js";

/** Well formed, checksum included, and no server's. */
const NOBODYS_TOKEN = "tr_pat_1111111111111111111111111111111111g2nd3w";

let app: TestApp;
let cli: PublishedCli;
let refused: PublishedCli;
const homes: PublishedCli[] = [];

async function cliOf(accessToken?: string): Promise<PublishedCli> {
  const made = await publishedCli({ apiUrl: app.origin, ...(accessToken === undefined ? {} : { accessToken }) });
  homes.push(made);
  return made;
}

beforeAll(async () => {
  app = await startApp();
  cli = await cliOf(app.bootstrap.personalAccessToken);
  refused = await cliOf(NOBODYS_TOKEN);
});

afterAll(async () => {
  await Promise.all(homes.map(({ home }) => home.remove()));
  await app.stop();
});

describe("whoami of the published CLI", () => {
  test("names the person and the project", async () => {
    const { code, stdout } = await cli.run(["whoami", "--project-ref", app.bootstrap.project.ref]);
    expect(code).toBe(0);
    expect(stdout).toContain(app.bootstrap.userId);
    expect(stdout).toContain(app.bootstrap.email);
    expect(stdout).toContain(`Project details [${app.bootstrap.project.ref}]`);
  });

  test("exits 0 with a token that the server refuses, and says that there is no login", async () => {
    const { code, stdout } = await refused.run(["whoami"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/You must login first/);
    expect(stdout).not.toContain("User ID");
  });
});

describe("mint-token of the published CLI", () => {
  test("writes the token alone to standard output, and it works as that person, under its cap", async () => {
    const { code, stdout, stderr } = await cli.run(["mint-token", "--ttl", "3600", "--cap", "read:runs"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^tr_uat_[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(stderr).toContain(app.bootstrap.email);

    const token = stdout.trim();
    const me = await app.api("GET", "/api/v2/whoami", { as: token });
    expect(me.body).toMatchObject({ userId: app.bootstrap.userId });
    const path = `/api/v1/projects/${app.bootstrap.project.ref}/dev`;
    const exchanged = await app.api<{ token: string; scopes: string[] }>("POST", `${path}/jwt`, { as: token });
    expect(exchanged.body.scopes).toEqual(["read:runs"]);
    expect((await app.api("GET", "/api/v1/runs", { as: exchanged.body.token })).status).toBe(200);
    const trigger = await app.api("POST", "/api/v1/tasks/hello/trigger", { as: exchanged.body.token, body: {} });
    expect([trigger.status, trigger.text]).toEqual([403, expect.stringContaining("trigger:tasks:hello")]);
    expect((await app.api("GET", path, { as: token })).status).toBe(403);
  });

  test("labels the token and holds it to its lifetime", async () => {
    const minted = await cli.run(["mint-token", "--ttl", "60", "--cap", "read:runs,read:tasks", "--client", "nightly"]);
    const { body } = await app.api<{
      tokens: { client: string; cap: string[]; createdAt: string; expiresAt: string }[];
    }>("GET", "/api/v1/auth/tokens", { as: app.bootstrap.personalAccessToken });
    const token = body.tokens.find(({ client }) => client === "nightly");
    expect(minted.code).toBe(0);
    expect(token?.cap).toEqual(["read:runs", "read:tasks"]);
    expect(Date.parse(token?.expiresAt ?? "") - Date.parse(token?.createdAt ?? "")).toBeLessThanOrEqual(61_000);
  });

  test("exits 1 with a token that the server refuses, and writes no token", async () => {
    const { code, stdout, stderr } = await refused.run(["mint-token"]);
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(/You must login first/);
    expect(stdout).not.toContain("tr_uat_");
  });

  test("exits 1 for a scope that is none, with the server's words", async () => {
    const { code, stdout, stderr } = await cli.run(["mint-token", "--cap", "read:rnus"]);
    expect(code).toBe(1);
    expect(stdout + stderr).toContain("read:rnus");
    expect(stdout + stderr).toContain("read:runs");
  });
});

describe("a user-actor token in the published CLI's profile", () => {
  test("acts as its person, and never mints", async () => {
    const { stdout } = await cli.run(["mint-token", "--cap", "read:runs"]);
    const narrowed = await cliOf(stdout.trim());
    const [who, orgs, mint] = await Promise.all([
      narrowed.run(["whoami"]),
      narrowed.run(["orgs", "list"]),
      narrowed.run(["mint-token"]),
    ]);
    expect(who.stdout).toContain(app.bootstrap.userId);
    expect([orgs.code, orgs.stdout]).toEqual([0, expect.stringContaining(app.bootstrap.organization.slug)]);
    expect([mint.code, mint.stdout]).toEqual([1, expect.stringContaining("Failed to mint token")]);
  });
});

describe("TRIGGER_ACCESS_TOKEN for the published CLI", () => {
  test("is a login where it is a personal access token", async () => {
    const { home, run } = await cliOf();
    const env = { TRIGGER_ACCESS_TOKEN: app.bootstrap.personalAccessToken, TRIGGER_API_URL: app.origin };
    const [orgs, projects] = await Promise.all([run(["orgs", "list"], { env }), run(["projects", "list"], { env })]);
    expect([orgs.code, orgs.stdout]).toEqual([0, expect.stringContaining(app.bootstrap.organization.slug)]);
    expect([projects.code, projects.stdout]).toEqual([0, expect.stringContaining(app.bootstrap.project.ref)]);
    expect(await home.profile()).toEqual({ apiUrl: app.origin });
  });

  test("that is a user-actor token is refused by the CLI itself, which asks for tr_pat_", async () => {
    const minted = await cli.run(["mint-token", "--cap", "read:runs"]);
    const env = { TRIGGER_ACCESS_TOKEN: minted.stdout.trim(), TRIGGER_API_URL: app.origin };
    const { code, stdout } = await (await cliOf()).run(["orgs", "list"], { env });
    expect([code, stdout]).toEqual([1, expect.stringContaining("'tr_pat_'")]);
  });
});

describe("organizations and projects in the published CLI", () => {
  test("are listed", async () => {
    const [orgs, projects] = await Promise.all([cli.run(["orgs", "list"]), cli.run(["projects", "list"])]);
    expect([orgs.code, orgs.stdout]).toEqual([0, expect.stringContaining(app.bootstrap.organization.slug)]);
    expect([projects.code, projects.stdout]).toEqual([0, expect.stringContaining(app.bootstrap.project.ref)]);
    expect(projects.stdout).toContain("Not deployed");
  });

  test("are created, renamed and read", async () => {
    const made = await cli.run(["projects", "create", "--org", app.bootstrap.organization.slug, "--name", "Second"]);
    const ref = /proj_\w+/.exec(made.stdout)?.[0] ?? "";
    expect([made.code, made.stdout]).toEqual([0, expect.stringContaining("Created project Second")]);
    expect((await cli.run(["projects", "rename", ref, "Renamed"])).code).toBe(0);
    const { code, stdout } = await cli.run(["projects", "get", ref]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/Name:\s+Renamed/)]);
  });

  test("that nobody has are not found", async () => {
    const { code, stdout } = await cli.run(["projects", "get", "proj_aaaaaaaaaaaaaaaaaaaaaaaa"]);
    expect([code, stdout]).toEqual([1, expect.stringContaining("Project not found")]);
  });
});

describe("runs in the published CLI", () => {
  test("are triggered, listed and read", async () => {
    const project = ["--project-ref", app.bootstrap.project.ref, "--env", "dev"];
    const payload = ["--payload", '{"name":"Ada"}', "--tag", "one", "--tag", "two", "--ttl", "2h", "--queue", "slow"];
    const triggered = await cli.run(["tasks", "trigger", "hello", ...payload, ...project]);
    const id = /run_\w+/.exec(triggered.stdout)?.[0] ?? "";
    expect([triggered.code, triggered.stdout]).toEqual([0, expect.stringContaining("Triggered")]);

    const filters = ["--status", "QUEUED", "--tag", "one", "--task", "hello", "--limit", "1"];
    const [listed, none, read] = await Promise.all([
      cli.run(["runs", "list", ...filters, ...project]),
      cli.run(["runs", "list", "--task", "another", ...project]),
      cli.run(["runs", "get", id, ...project]),
    ]);
    expect([listed.code, listed.stdout]).toEqual([0, expect.stringContaining(id)]);
    expect([none.code, none.stdout]).toEqual([0, expect.stringContaining("No runs found")]);
    expect([read.code, read.stdout]).toEqual([0, expect.stringMatching(/Tags:\s+one, two/)]);
    const run = await app.api("GET", `/api/v3/runs/${id}`, { as: app.bootstrap.environments.dev.apiKey });
    expect(run.body).toMatchObject({ payload: { name: "Ada" }, ttl: "2h", tags: ["one", "two"] });
  });
});
