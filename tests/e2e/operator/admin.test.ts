import { AdminError, startApp, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

interface Project {
  projectId: string;
  ref: string;
  environments: Record<"dev" | "staging" | "prod" | "preview", { id: string; apiKey: string }>;
}

const email = "ada@example.com";
const whoami = async (token: string) => (await app.api("GET", "/api/v2/whoami", { as: token })).status;
const createToken = (...args: string[]) =>
  app.admin<{ tokenId: string; token: string; expiresAt: string | null }>(
    "pat",
    "create",
    "--email",
    email,
    "--name",
    "laptop",
    ...args,
  );

describe.sequential("the operator's tool", () => {
  let project: Project;

  it("builds a tenant whose token works", async () => {
    expect(await app.admin("user", "create", "--email", "Ada@Example.com", "--name", "Ada")).toMatchObject({
      userId: expect.stringMatching(/^user_/),
      email,
      signInUrl: expect.stringContaining(app.origin),
    });
    expect(await app.admin("org", "create", "--slug", "acme", "--title", "Acme Inc.", "--owner", email)).toMatchObject({
      organizationId: expect.stringMatching(/^org_/),
      slug: "acme",
    });
    project = await app.admin<Project>("project", "create", "--org", "acme", "--name", "Web shop");
    expect(Object.keys(project.environments)).toEqual(["dev", "staging", "prod", "preview"]);
    const { token, expiresAt } = await createToken();
    expect(expiresAt).toBeNull();
    const projects = await app.api<{ externalRef: string }[]>("GET", "/api/v1/projects", { as: token });
    expect(projects.body.map(({ externalRef }) => externalRef)).toEqual([project.ref]);
    const runs = await app.api("GET", "/api/v1/runs", { as: project.environments.prod.apiKey });
    expect(runs.status).toBe(200);
  });

  it("makes tokens that expire, and revokes them", async () => {
    const { token, tokenId, expiresAt } = await createToken("--ttl-seconds", "600");
    expect(Date.parse(expiresAt ?? "")).toBeGreaterThan(Date.now() + 590_000);
    expect(await whoami(token)).toBe(200);
    expect(await app.admin("pat", "revoke", "--id", tokenId)).toEqual({ tokenId });
    expect(await whoami(token)).toBe(401);
  });

  it("lists a person's user-actor tokens and revokes one", async () => {
    const { token } = await createToken();
    const minted = await app.api<{ id: string; token: string }>("POST", "/api/v1/auth/user-actor-token", {
      as: token,
      body: { cap: ["read:runs"], client: "robot" },
    });
    expect(await whoami(minted.body.token)).toBe(200);
    const { tokens } = await app.admin<{ tokens: object[] }>("token", "list", "--email", email);
    expect(tokens[0]).toMatchObject({ id: minted.body.id, client: "robot", cap: ["read:runs"], revokedAt: null });
    const revoked = { id: minted.body.id, client: "robot", cap: ["read:runs"], revokedAt: expect.any(String) };
    const revoke = () => app.admin<{ tokens: object[] }>("token", "revoke", "--id", minted.body.id);
    expect((await revoke()).tokens).toEqual([expect.objectContaining(revoked)]);
    expect((await revoke()).tokens, "again").toEqual([expect.objectContaining(revoked)]);
    expect(await whoami(minted.body.token)).toBe(401);
    expect(JSON.stringify(await app.admin("token", "list", "--email", email))).not.toContain("tr_uat_");
  });

  it("adds, changes and removes members", async () => {
    const member = ["--org", "acme", "--email", app.bootstrap.email];
    const seen = async () =>
      JSON.stringify((await app.api("GET", "/api/v1/projects", { as: app.bootstrap.personalAccessToken })).body);
    expect(await seen()).not.toContain(project.ref);
    expect(await app.admin("member", "add", ...member)).toMatchObject({ organization: "acme", role: "developer" });
    expect(await seen()).toContain(project.ref);
    expect(await app.admin("member", "set-role", ...member, "--role", "admin")).toMatchObject({ role: "admin" });
    expect(await app.admin("member", "remove", ...member)).toMatchObject({ userId: app.bootstrap.userId });
    expect(await seen()).not.toContain(project.ref);
  });

  it("rotates an environment's key, with and without a grace time", async () => {
    const runs = async (key: string) => (await app.api("GET", "/api/v1/runs", { as: key })).status;
    const { id, apiKey } = project.environments.staging;
    const second = await app.admin<{ apiKey: string }>("environment", "rotate-key", "--id", id);
    expect([await runs(apiKey), await runs(second.apiKey)]).toEqual([200, 200]);
    const third = await app.admin<{ apiKey: string }>("environment", "rotate-key", "--id", id, "--grace-seconds", "0");
    expect([await runs(apiKey), await runs(second.apiKey), await runs(third.apiKey)]).toEqual([401, 401, 200]);
  });

  it("reports on the database and migrates it", async () => {
    expect(await app.admin("db", "status")).toMatchObject({ pending: [], failed: [] });
    expect(await app.admin("db", "migrate")).toMatchObject({ deployed: [] });
  });

  it("deletes a project and a user, and all that they had", async () => {
    const { token } = await createToken();
    await app.admin("project", "delete", "--ref", project.ref);
    expect((await app.api("GET", "/api/v1/runs", { as: project.environments.prod.apiKey })).status).toBe(401);
    await expect(app.admin("user", "delete", "--email", email)).rejects.toThrow("the last owner of acme");
    expect(await whoami(token)).toBe(200);
    const call = ["user", "delete", "--email", email, "--successor", app.bootstrap.email];
    expect(await app.admin(...call)).toMatchObject({ email, handedOver: ["acme"] });
    expect(await whoami(token)).toBe(401);
    const { members } = await app.admin<{ members: { email: string; role: string }[] }>(
      "member",
      "list",
      "--org",
      "acme",
    );
    expect(members).toMatchObject([{ email: app.bootstrap.email, role: "owner" }]);
  });

  it.each([
    { call: ["user", "create"], says: "--email" },
    { call: ["user", "create", "--email", "nobody"], says: "no email address" },
    { call: ["user", "delete", "--email", "nobody@example.com"], says: "User nobody@example.com not found" },
    { call: ["user", "frobnicate"], says: "create, list, delete, sign-in-link" },
    { call: ["user"], says: "Say what to do" },
    { call: ["nonsense"], says: "unknown command" },
    { call: ["org", "create", "--slug", "A b", "--title", "T", "--owner", "admin@example.com"], says: "slug" },
    { call: ["project", "create", "--org", "nowhere", "--name", "N"], says: "Organization nowhere not found" },
    { call: ["member", "remove", "--org", "main", "--email", "admin@example.com"], says: "last owner" },
    {
      call: ["pat", "create", "--email", "admin@example.com", "--name", "x", "--ttl-seconds", "soon"],
      says: "whole number",
    },
    { call: ["pat", "revoke", "--id", "pat_nothing"], says: "not found." },
    { call: ["policy", "set", "--org", "main"], says: "Say which rule to change." },
    { call: ["policy", "set", "--org", "main", "--clear", "clients", "--clear", "defaultCap"], says: "given twice" },
    { call: ["user", "delete", "--email", "admin@example.com"], says: "the last owner of acme, main" },
    { call: ["user", "delete", "--email", "admin@example.com", "--successor", "x"], says: "no email address" },
    { call: ["secret", "rotate", "--name", "MY_SECRET"], says: "--name" },
    { call: ["db", "status", "--loud"], says: "unknown option" },
  ])("answers the wrong call $call with one sentence and exit code 1", async ({ call, says }) => {
    const error = await app.admin(...call).catch((caught: unknown) => caught);
    if (!(error instanceof AdminError)) throw new Error("was accepted");
    expect(error.exitCode).toBe(1);
    expect(error.stdout).toBe("");
    expect(error.message).toContain(says);
    expect(error.message.split("\n")).toHaveLength(1);
  });
});
