import { startApp, type TestApp } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildCli, createCliHome } from "./run-cli.js";

let app: TestApp;
let grace: string;
type Run = Awaited<ReturnType<Awaited<ReturnType<typeof createCliHome>>["run"]>>;
let cli: (...args: string[]) => Promise<Run>;
let asGrace: (...args: string[]) => Promise<Run>;

const start = async (plugin: string) => {
  [app] = await Promise.all([startApp({ env: { RBAC_PLUGIN: plugin } }), buildCli()]);
  const { run } = await createCliHome();
  const as =
    (token: string) =>
    (...args: string[]) =>
      run(args, { TRIGGER_ACCESS_TOKEN: token, TRIGGER_API_URL: app.origin });
  cli = as(app.bootstrap.personalAccessToken);
  const { userId } = await app.admin<{ userId: string }>("user", "create", "--email", "grace@example.com");
  grace = userId;
  const pat = await app.admin<{ token: string }>("pat", "create", "--email", "grace@example.com", "--name", "a");
  asGrace = as(pat.token);
};

const done = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await cli(...args);
  expect({ code, args }, stderr).toEqual({ code: 0, args });
  return stdout;
};
const json = async (...args: string[]) => JSON.parse(await done(...args, "--json"));

describe.sequential("an organization with roles", () => {
  beforeAll(() => start("@trigger.dev/rbac-roles"));
  afterAll(() => app?.stop());

  it("invites, and whoever is invited becomes a member", async () => {
    const invited = await json("members", "invite", "grace@example.com", "--role", "viewer");
    expect(invited).toMatchObject({ email: "grace@example.com", role: "viewer" });
    expect(JSON.parse((await asGrace("invitations", "list", "--json")).stdout)).toMatchObject([{ id: invited.id }]);
    expect((await asGrace("invitations", "accept", invited.id)).stdout).toBe("You are viewer of main now.\n");
    expect((await asGrace("invitations", "accept", invited.id)).code).toBe(1);
    expect(await json("members", "list")).toMatchObject({
      members: [{ role: "owner" }, { id: grace, role: "viewer" }],
      invitations: [],
    });
  });

  it("makes a role, gives it to somebody, and takes it back", async () => {
    await done("roles", "create", "watcher", "--allow", "read:runs@prod", "--allow", "read:errors");
    expect(await done("roles", "list")).toContain("watcher\tcustom\t\tread:runs@prod read:errors");
    expect(await done("roles", "assign", "watcher", "grace@example.com")).toBe("grace@example.com is watcher now.\n");
    const { ref } = app.bootstrap.project;
    expect(await done("roles", "assign", "developer", "grace@example.com", "-p", ref)).toBe(
      `grace@example.com is developer in ${ref} now.\n`,
    );
    expect(await done("members", "list")).toContain(`grace@example.com\twatcher\tdeveloper@${ref}\t`);
    const inUse = await cli("roles", "delete", "watcher", "--yes");
    expect(inUse).toMatchObject({ code: 1, stdout: "" });
    expect(inUse.stderr).toContain("is in use (members: 1, grants: 0)");
    await done("roles", "unassign", "grace@example.com", "-p", ref);
    expect(await done("members", "set-role", "grace@example.com", "viewer")).toBe("grace@example.com is viewer now.\n");
    expect(await json("roles", "delete", "watcher", "--yes")).toEqual({ name: "watcher", organization: "main" });
  });

  it.each([
    [["members", "set-role", "nobody@example.com", "viewer"], "nobody@example.com is no member of main."],
    [["members", "set-role", "grace@example.com", "nonsense"], 'There is no role "nonsense" in this organization.'],
    [["members", "set-role", "admin@example.com", "viewer"], "last owner"],
    [["members", "invite", "not-an-address"], "body.email must be an email address."],
    [["members", "invite", "grace@example.com"], "is a member of main already."],
    [["roles", "create", "Bad!", "--allow", "read:runs"], "a role's name"],
    [["roles", "create", "x", "--allow", "read:nonsense"], "the nearest one is"],
    [["roles", "delete", "owner", "--yes"], "is a system role"],
    [["audit", "list", "--org", "nowhere"], "Organization not found"],
    [["invitations", "accept", "nonsense"], "Invitation not found"],
  ])("says why %j is refused, and exits 1", async (args, says) => {
    const { code, stdout, stderr } = await cli(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(says);
  });

  it("refuses a member what their role does not let them do, and tells them what it takes", async () => {
    for (const args of [
      ["members", "remove", "admin@example.com", "--yes"],
      ["roles", "create", "x", "--allow", "read:runs"],
      ["policy", "set", "--max-token-ttl", "1h"],
      ["audit", "list"],
    ]) {
      const { code, stderr } = await asGrace(...args);
      expect(code, args.join(" ")).toBe(1);
      expect(stderr, args.join(" ")).toMatch(/(write|read):\w+/);
    }
  });

  it("has a trail, of the only organization there is unless one is named", async () => {
    const listed = await json("audit", "list", "--action", "member.set-role");
    expect(listed).toMatchObject([{ target: grace }, { target: grace }]);
    expect(await json("audit", "list", "--org", "main", "--action", "member.set-role")).toEqual(listed);
    expect((await done("audit", "list", "--export", "jsonl")).split("\n").length).toBeGreaterThan(5);
  });

  it("has a policy", async () => {
    expect(await json("policy", "set", "--max-token-ttl", "1h", "--default-cap", "read:runs")).toMatchObject({
      maxTokenTtlSeconds: 3600,
      defaultCap: ["read:runs"],
    });
    expect(await done("policy", "get")).toContain("maxTokenTtlSeconds\t3600\n");
    await done("policy", "set", "--clear", "maxTokenTtlSeconds", "--clear", "defaultCap");
    expect(await json("policy", "get")).toMatchObject({ maxTokenTtlSeconds: null, defaultCap: null });
  });

  it("ends a membership", async () => {
    expect(await json("members", "remove", "grace@example.com", "--yes")).toMatchObject({ id: grace });
    expect(await done("members", "list")).not.toContain("grace");
  });
});

describe.sequential("an instance without roles", () => {
  beforeAll(() => start(""));
  afterAll(() => app?.stop());

  it.each([
    [["members", "list"]],
    [["members", "invite", "bob@example.com"]],
    [["members", "set-role", "admin@example.com", "viewer"]],
    [["members", "remove", "admin@example.com", "--yes"]],
    [["invitations", "list"]],
    [["invitations", "accept", "invite_0mwrnudhccd2rovdzyr6usjl"]],
    [["roles", "list"]],
    [["roles", "create", "x", "--allow", "read:runs"]],
    [["roles", "delete", "x", "--yes"]],
  ])("says in one line that there is no %j, and exits 1", async (args) => {
    const { code, stdout, stderr } = await cli(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/RBAC plugin[^\n]*RBAC_PLUGIN[^\n]*removes members\.\n$/);
  });

  it("has a trail and a policy all the same", async () => {
    expect(await json("audit", "list", "--action", "organization.create")).toHaveLength(1);
    expect(await json("policy", "get")).toMatchObject({ organization: "main" });
  });
});
