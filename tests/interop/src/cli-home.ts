import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { environmentWith, makeTempDir } from "@trigger.dev/testing";

export type CliProfile = { apiUrl: string; accessToken?: string };

/** A home directory for the published CLI, away from the person's own. */
export type CliHome = {
  /** Environment of a process that lives here. */
  env: (more?: Record<string, string>) => Record<string, string>;
  /** The default profile as it is stored now. */
  profile: () => Promise<{ apiUrl?: string; accessToken?: string }>;
  remove: () => Promise<void>;
};

/** Writes the config file that the CLI would write, with the questions of its first start answered. */
export async function createCliHome(profile?: CliProfile): Promise<CliHome> {
  const dir = await makeTempDir("cli-home");
  const file = join(dir, ".config", "trigger", "config.json");
  await mkdir(dirname(file), { recursive: true });
  await writeFile(
    file,
    JSON.stringify({
      version: 2,
      currentProfile: "default",
      profiles: profile === undefined ? {} : { default: profile },
      settings: { hasSeenMCPInstallPrompt: true, hasSeenRulesInstallPrompt: true },
    }),
  );
  return {
    env: (more = {}) => {
      // In CI the CLI refuses to log in; without a terminal it asks nothing anyway.
      const { CI: _, ...env } = environmentWith({ HOME: dir, XDG_CONFIG_HOME: join(dir, ".config"), ...more });
      const set = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
      return Object.fromEntries(set);
    },
    profile: async () => JSON.parse(await readFile(file, "utf8")).profiles?.default ?? {},
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}
