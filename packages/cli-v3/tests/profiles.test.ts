import { stat } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { buildCli, createCliHome } from "./run-cli.js";

const file = {
  version: 2,
  currentProfile: "default",
  profiles: {
    default: { accessToken: "tr_pat_123456789abcdefghijk", apiUrl: "http://a.example" },
    work: { accessToken: "tr_pat_abcdefghijk123456789", apiUrl: "http://b.example", later: true },
  },
  settings: { hasSeenRulesInstallPrompt: true },
};

beforeAll(async () => {
  await buildCli();
});

describe("list-profiles", () => {
  it("prints a line for each, and no token", async () => {
    const { run } = await createCliHome(file);
    const { code, stdout, stderr } = await run(["list-profiles"]);
    expect(code).toBe(0);
    expect(stdout).toBe(
      "Current\tName\tServer\tSigned in\n*\tdefault\thttp://a.example\tyes\n\twork\thttp://b.example\tyes\n",
    );
    expect(stderr).toBe("");
  });

  it("prints JSON, of one server or one profile where asked", async () => {
    const { run } = await createCliHome(file);
    const work = { name: "work", apiUrl: "http://b.example", current: false, signedIn: true };
    for (const args of [
      ["-a", "http://b.example/"],
      ["--profile", "work"],
    ]) {
      const { stdout } = await run(["list-profiles", "--json", ...args]);
      expect(JSON.parse(stdout)).toEqual({ currentProfile: "default", profiles: [work] });
    }
    expect((await run(["list-profiles", "--profile", "nosuch"])).code).toBe(1);
  });

  it("says when the environment overrules the profiles", async () => {
    const { run } = await createCliHome(file);
    const { code, stderr } = await run(["list-profiles"], {
      TRIGGER_ACCESS_TOKEN: "tr_pat_x",
      TRIGGER_API_URL: "http://x",
    });
    expect(code).toBe(0);
    expect(stderr).toContain("TRIGGER_ACCESS_TOKEN and TRIGGER_API_URL are set");
  });
});

describe("switch", () => {
  it("changes the current profile and nothing else", async () => {
    const { run, config, file: path } = await createCliHome(file);
    expect(await run(["switch", "work"])).toMatchObject({ code: 0, stdout: "" });
    expect(await config()).toEqual({ ...file, currentProfile: "work" });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("takes the name as an option, or the only profile of a server", async () => {
    const { run, config } = await createCliHome(file);
    expect((await run(["switch", "--profile", "work"])).code).toBe(0);
    expect((await run(["switch", "-a", "http://a.example"])).code).toBe(0);
    expect(await config()).toEqual(file);
  });

  it("refuses one that is not there, naming those that are", async () => {
    const { run, config } = await createCliHome(file);
    const { code, stderr } = await run(["switch", "nosuch"]);
    expect(code).toBe(1);
    expect(stderr).toContain("default, work");
    expect((await run(["switch", "work", "-a", "http://a.example"])).code).toBe(1);
    expect(await config()).toEqual(file);
  });

  it("does not ask where nobody can answer", async () => {
    const { run } = await createCliHome(file);
    expect((await run(["switch"])).code).toBe(2);
  });
});

describe("logout", () => {
  it("forgets one profile and keeps everything else", async () => {
    const { run, config } = await createCliHome(file);
    expect(await run(["logout", "--profile", "work"])).toMatchObject({ code: 0, stdout: "" });
    expect(await config()).toEqual({ ...file, profiles: { default: file.profiles.default } });
    expect((await run(["logout", "--profile", "work"])).code).toBe(1);
  });

  it("spares a profile of another server than the one that was named", async () => {
    const { run, config } = await createCliHome(file);
    expect((await run(["logout", "-a", "http://b.example"])).code).toBe(1);
    expect(await config()).toEqual(file);
  });
});

it("a configuration file that is none is left alone", async () => {
  const { run } = await createCliHome([]);
  const { code, stderr } = await run(["switch", "work"]);
  expect(code).toBe(1);
  expect(stderr).toContain("is not a configuration file");
});
