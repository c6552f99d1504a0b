import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { buildCli, createCliHome } from "./run-cli.js";

const NOWHERE = "http://127.0.0.1:9";
const signedIn = { TRIGGER_ACCESS_TOKEN: "tr_pat_123456789abcdefghijk", TRIGGER_API_URL: NOWHERE };

let home: Awaited<ReturnType<typeof createCliHome>>;
beforeAll(async () => {
  await buildCli();
  home = await createCliHome();
});

describe("wrong usage exits 2, says why on standard error, and sends nothing", () => {
  it.each([
    [[]],
    [["nosuch"]],
    [["orgs"]],
    [["orgs", "nosuch"]],
    [["whoami", "--nosuch"]],
    [["whoami", "extra"]],
    [["whoami", "-a", "example.com"]],
    [["whoami", "--profile", ""]],
    [["whoami", "--log-level", "loud"]],
    [["mint-token", "--ttl", "soon"]],
    [["mint-token", "--ttl", "0"]],
    [["mint-token", "--ttl", "-5"]],
    [["mint-token", "--ttl", "366d"]],
    [["mint-token", "--ttl"]],
    [["mint-token", "--cap", ""]],
    [["mint-token", "--cap", ","]],
    [["mint-token", "--client", ""]],
    [["mint-token", "--client", "a\nb"]],
    [["switch", "a", "--profile", "b"]],
    [["audit", "list", "--limit", "abc"]],
    [["audit", "list", "--limit", "0"]],
    [["runs", "list", "--limit", "101"]],
    [["errors", "list", "--limit", "1.5"]],
    [["policy", "set"]],
    [["roles", "create", "x"]],
    [["roles", "unassign", "grace@example.com"]],
    [["--nosuch"]],
  ])("%j", async (args) => {
    const { code, stdout, stderr } = await home.run(args, signedIn);
    expect(stdout).toBe("");
    expect(stderr).not.toBe("");
    expect(stderr).not.toContain("Cannot reach");
    expect(code).toBe(2);
  });

  it("never repeats a token that was typed in the wrong place", async () => {
    const { code, stderr } = await home.run(["tr_pat_123456789abcdefghijk"]);
    expect(code).toBe(2);
    expect(stderr).not.toContain("123456789abc");
  });
});

describe("help and version", () => {
  it("prints the version of the package", async () => {
    const { version } = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8"));
    for (const flag of ["-v", "--version"])
      expect(await home.run([flag])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  it.each([
    ["login"],
    ["logout"],
    ["whoami"],
    ["list-profiles"],
    ["switch"],
    ["orgs list"],
    ["projects list"],
    ["mint-token"],
    ["errors list"],
    ["errors get"],
    ["errors activity"],
    ["errors resolve"],
    ["errors ignore"],
    ["errors unresolve"],
    ["audit list"],
    ["members list"],
    ["members invite"],
    ["members set-role"],
    ["members remove"],
    ["invitations list"],
    ["invitations accept"],
    ["roles list"],
    ["roles create"],
    ["roles update"],
    ["roles delete"],
    ["roles assign"],
    ["roles unassign"],
    ["policy get"],
    ["policy set"],
  ])("%s --help has the common options and an example", async (command) => {
    const { code, stdout } = await home.run([...command.split(" "), "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("--api-url");
    expect(stdout).toContain("--profile");
    expect(stdout).toContain(`$ trigger.dev ${command}`);
  });
});

describe("who is not signed in", () => {
  it.each([["whoami"], ["orgs list"], ["projects list"], ["mint-token"]])(
    "%s exits 1 and says how to",
    async (command) => {
      const { code, stdout, stderr } = await home.run(command.split(" "));
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain("trigger.dev login --profile default -a http://127.0.0.1:3030");
    },
  );

  it("a server that is not there is named", async () => {
    for (const command of [["whoami"], ["orgs", "list"], ["projects", "list"], ["mint-token"]]) {
      const { code, stdout, stderr } = await home.run(command, signedIn);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain(`Cannot reach ${NOWHERE}`);
    }
    expect((await home.run(["login", "--no-browser", "-a", NOWHERE])).stderr).toContain(`Cannot reach ${NOWHERE}`);
  });

  it("cannot mint with a user-actor token", async () => {
    const { code, stderr } = await home.run(["mint-token"], {
      ...signedIn,
      TRIGGER_ACCESS_TOKEN: "tr_uat_abcdefghijk",
    });
    expect(code).toBe(1);
    expect(stderr).toContain("cannot mint");
  });
});
