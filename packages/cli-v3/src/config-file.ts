import { mkdir, open, readFile, realpath, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { CommandFailure } from "./usage-error.js";

/** One server and one person's token for it. */
export interface Profile {
  accessToken?: string;
  apiUrl?: string;
}

/** The file that the published command uses as well. Keys that are not known here are kept. */
export interface Config {
  version: 2;
  currentProfile: string;
  profiles: Record<string, Profile>;
}

const EMPTY: Config = { version: 2, currentProfile: "default", profiles: {} };

/** `$XDG_CONFIG_HOME/trigger/config.json`, else `~/.config/trigger/config.json`. */
export function configPath(env: NodeJS.ProcessEnv = process.env): string {
  const base = env["XDG_CONFIG_HOME"];
  return join(base && isAbsolute(base) ? base : join(homedir(), ".config"), "trigger", "config.json");
}

/** Reads the file; one that is not there is empty. Throws {@link CommandFailure} for one that cannot be read. */
export async function readConfig(path = configPath()): Promise<Config> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "{}";
    throw new CommandFailure(`Cannot read ${path} (${error.code ?? error.name}).`);
  });
  const found = parseJson(text);
  const config = isObject(found) ? { ...EMPTY, ...found } : null;
  if (config && isConfig(config)) return config;
  throw new CommandFailure(`${path} is not a configuration file. Mend it, or move it away and sign in again.`);
}

/** Replaces the file in one step, readable by its owner alone. */
export async function writeConfig(config: Config, path = configPath()): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const temporary = `${target}.${Math.random().toString(36).slice(2)}.tmp`;
  try {
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(`${JSON.stringify(config, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
    throw new CommandFailure(`Cannot write ${path} (${reason}).`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// By hand and not with zod: loading that takes longer than all that `--version` or `list-profiles` do.
const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function isConfig(value: object): value is Config {
  const { version, currentProfile, profiles }: { [Key in keyof Config]?: unknown } = value;
  return (
    version === 2 &&
    typeof currentProfile === "string" &&
    isObject(profiles) &&
    Object.values(profiles).every(isProfile)
  );
}

function isProfile(value: unknown): value is Profile {
  if (!isObject(value)) return false;
  const { accessToken, apiUrl }: { [Key in keyof Profile]?: unknown } = value;
  return [accessToken, apiUrl].every((field) => field === undefined || typeof field === "string");
}
