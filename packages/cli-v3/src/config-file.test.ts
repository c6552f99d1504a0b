import { mkdtemp, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { configPath, readConfig, writeConfig } from "./config-file.js";
import { withoutProfile, withProfile } from "./profiles.js";

let path = "";
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), "cli-config-")), "trigger", "config.json");
});

const published = {
  version: 2,
  currentProfile: "default",
  profiles: { default: { accessToken: "tr_pat_a", apiUrl: "http://a", later: 1 } },
  settings: { hasSeenMCPInstallPrompt: true },
  later: [1],
} as const;

describe("the configuration file", () => {
  it("is empty where there is none", async () => {
    expect(await readConfig(path)).toEqual({ version: 2, currentProfile: "default", profiles: {} });
  });

  it("keeps what it does not know, and is its owner's alone", async () => {
    await writeConfig({ ...published, profiles: { ...published.profiles } }, path);
    await writeConfig(
      withProfile(await readConfig(path), "default", { accessToken: "tr_pat_b", apiUrl: "http://b" }),
      path,
    );
    expect(JSON.parse(await readFile(path, "utf8"))).toEqual({
      ...published,
      profiles: { default: { accessToken: "tr_pat_b", apiUrl: "http://b", later: 1 } },
    });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
  });

  it("becomes private when it was not, and leaves no other file", async () => {
    await writeConfig({ version: 2, currentProfile: "a", profiles: {} }, path);
    await writeFile(path, JSON.stringify(published), { mode: 0o644 });
    await writeConfig(await readConfig(path), path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(dirname(path))).toEqual(["config.json"]);
  });

  it("is written where a link points", async () => {
    await writeConfig({ version: 2, currentProfile: "a", profiles: {} }, path);
    const link = `${path}.link`;
    await symlink(path, link);
    await writeConfig({ version: 2, currentProfile: "b", profiles: {} }, link);
    expect((await readConfig(path)).currentProfile).toBe("b");
  });

  it.each(["not json", "[]", "null", '{"version":3}', '{"profiles":[]}', '{"profiles":{"a":{"accessToken":1}}}'])(
    "is refused when it is %s, and not overwritten",
    async (text) => {
      await writeConfig({ version: 2, currentProfile: "a", profiles: {} }, path);
      await writeFile(path, text);
      await expect(readConfig(path)).rejects.toThrow(/is not a configuration file/);
      expect(await readFile(path, "utf8")).toBe(text);
    },
  );

  it("takes __proto__ for a name like any other", () => {
    const config = withProfile({ version: 2, currentProfile: "a", profiles: {} }, "__proto__", { accessToken: "x" });
    expect(Object.keys(config.profiles)).toEqual(["__proto__"]);
    expect(Object.keys(withoutProfile(config, "__proto__").profiles)).toEqual([]);
  });

  it("lies where XDG says, unless that is no absolute path", () => {
    expect(configPath({ XDG_CONFIG_HOME: "/x" })).toBe("/x/trigger/config.json");
    expect(configPath({ XDG_CONFIG_HOME: "relative" })).toMatch(/\/\.config\/trigger\/config\.json$/);
    expect(configPath({})).toMatch(/\/\.config\/trigger\/config\.json$/);
  });
});
