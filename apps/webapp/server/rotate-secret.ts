import { createKeyRingEntry } from "@trigger.dev/core/jwt";
import type { SecretName } from "@trigger.dev/rbac";
import { ConfigError, type Config } from "./config.js";
import { changeSecretsFile } from "./secrets-file.js";
import { secretsOfEnvironment, secretsPath } from "./secrets.js";

const kidOf = (entry: string): string => entry.slice(0, entry.indexOf(":"));

/** The ids in a ring's text, newest first. */
export const kidsOf = (text: string): string[] => text.split(",").map((entry) => kidOf(entry.trim()));

/**
 * A secret that this tool cannot change, because the environment sets it.
 * @throws {ConfigError} saying where to change it
 */
export function refuseIfSetByEnvironment(name: SecretName, env: NodeJS.ProcessEnv): void {
  if (secretsOfEnvironment(env)[name] === undefined) return;
  throw new ConfigError(
    `${name} is set in the environment: put a new kid:secret in front of its value there and restart, and take the old one out once what it signed has expired.`,
  );
}

/** Puts a new key in front of a ring in `secrets.json`; running servers use it within a second. */
export async function addKey(config: Pick<Config, "dataDir">, name: SecretName): Promise<string[]> {
  const entry = createKeyRingEntry();
  const texts = await changeSecretsFile(secretsPath(config), (current) => ({
    ...current,
    [name]: current[name] === undefined ? entry : `${entry},${current[name]}`,
  }));
  return kidsOf(texts[name] ?? "");
}

/** Leaves only the newest key of a ring in `secrets.json`, and answers the ids of the others. */
export async function dropOldKeys(config: Pick<Config, "dataDir">, name: SecretName): Promise<string[]> {
  let dropped: string[] = [];
  await changeSecretsFile(secretsPath(config), (current) => {
    const [newest, ...older] = (current[name] ?? "").split(",");
    dropped = older.map((entry) => kidOf(entry.trim()));
    return { ...current, [name]: newest?.trim() };
  });
  return dropped;
}
