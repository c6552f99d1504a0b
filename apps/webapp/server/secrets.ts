import { statSync } from "node:fs";
import { join } from "node:path";
import { createKeyRingEntry, formatKeyRing, KeyRingError, parseKeyRing, type KeyRing } from "@trigger.dev/core/jwt";
import { createSecrets, SECRET_NAMES, type SecretName, type Secrets, type SecretSource } from "@trigger.dev/rbac";
import { ConfigError, type Config } from "./config.js";
import { changeSecretsFile, readSecretsFile, type SecretTexts } from "./secrets-file.js";

/** How long a change of the file may go unseen by a running server. */
export const SEEN_WITHIN_MS = 1_000;

/** How to make one by hand, for messages and docs. */
export const MAKE_SECRET_COMMAND = `node -e 'console.log("k1:" + crypto.randomBytes(32).toString("base64url"))'`;

/** Where secrets are kept that the environment does not set. */
export const secretsPath = (config: Pick<Config, "dataDir">): string => join(config.dataDir, "secrets.json");

/** The rings that the environment sets; an empty variable counts as unset. */
export const secretsOfEnvironment = (env: NodeJS.ProcessEnv): SecretTexts =>
  Object.fromEntries(SECRET_NAMES.map((name) => [name, env[name]?.trim()] as const).filter(([, text]) => text));

type Rings = Record<SecretName, KeyRing>;

/** Why `text` is no key ring, in words that quote no secret. */
const explain = (error: unknown): string => {
  if (error instanceof KeyRingError) return error.message;
  throw error;
};

/** All problems at once, each with its variable's name and never with a secret. */
function parseRings(texts: SecretTexts): Rings {
  const problems: string[] = [];
  const rings: Partial<Rings> = {};
  for (const name of SECRET_NAMES) {
    const text = texts[name];
    try {
      if (text === undefined) problems.push(`${name} is missing`);
      else rings[name] = parseKeyRing(text);
    } catch (error) {
      problems.push(`${name} ${explain(error)}`);
    }
  }
  const { USER_ACTOR_SECRET, ENVIRONMENT_JWT_SECRET, SESSION_SECRET, ENCRYPTION_KEY } = rings;
  if (USER_ACTOR_SECRET && ENVIRONMENT_JWT_SECRET && SESSION_SECRET && ENCRYPTION_KEY) {
    const complete = { USER_ACTOR_SECRET, ENVIRONMENT_JWT_SECRET, SESSION_SECRET, ENCRYPTION_KEY };
    const shared = findShared(complete);
    if (!shared) return complete;
    problems.push(shared);
  }
  throw new ConfigError(`${problems.join(".\n")}.\nMake a secret with: ${MAKE_SECRET_COMMAND}`);
}

/** One secret in two rings would let a token of one kind be signed with the key of another. */
function findShared(rings: Rings): string | null {
  const owners = new Map<string, SecretName>();
  for (const name of SECRET_NAMES) {
    for (const { secret } of rings[name].keys) {
      const other = owners.get(secret);
      if (other !== undefined && other !== name) return `${name} holds a secret of ${other}; each needs its own`;
      owners.set(secret, name);
    }
  }
  return null;
}

/** Identifies one version of a file. */
function versionOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? `${found.ino} ${found.mtimeMs} ${found.size}` : "";
}

function createFileSource(path: string, fixed: SecretTexts, onProblem: (error: Error) => void): SecretSource {
  let version = versionOf(path);
  let rings = parseRings({ ...readSecretsFile(path), ...fixed });
  let lookedAt = Date.now();
  const look = (): boolean => {
    lookedAt = Date.now();
    const current = versionOf(path);
    if (current === version) return false;
    version = current;
    try {
      rings = keepUnchanged(rings, parseRings({ ...readSecretsFile(path), ...fixed }));
      return true;
    } catch (error) {
      // A half-edited file must not take the running server down: the rings that it has go on.
      onProblem(error instanceof Error ? error : new Error(String(error)));
      return false;
    }
  };
  return {
    ring(name) {
      if (Date.now() - lookedAt > SEEN_WITHIN_MS) look();
      return rings[name];
    },
    reload: async () => look(),
  };
}

/** A ring that did not change stays the same object, and so keeps its imported keys. */
function keepUnchanged(before: Rings, after: Rings): Rings {
  for (const name of SECRET_NAMES)
    if (formatKeyRing(before[name]) === formatKeyRing(after[name])) after[name] = before[name];
  return after;
}

export interface LoadSecretsOptions {
  config: Pick<Config, "dataDir" | "production">;
  env?: NodeJS.ProcessEnv;
  /** Told when a changed `secrets.json` cannot be used; the server goes on with the rings it has. */
  onProblem?: (error: Error) => void;
}

/**
 * The key rings of this instance: from the environment, else from `DATA_DIR/secrets.json`, where those that are in
 * neither are generated (never in production). A change of the file is seen within a second.
 * @throws {ConfigError} naming every secret that is missing, malformed or weak.
 */
export async function loadSecrets({
  config,
  env = process.env,
  onProblem = () => {},
}: LoadSecretsOptions): Promise<Secrets> {
  const path = secretsPath(config);
  const fixed = secretsOfEnvironment(env);
  const known = { ...readSecretsFile(path), ...fixed };
  if (!config.production && SECRET_NAMES.some((name) => known[name] === undefined)) {
    await changeSecretsFile(path, (current) => {
      const absent = SECRET_NAMES.filter((name) => fixed[name] === undefined && current[name] === undefined);
      return { ...current, ...Object.fromEntries(absent.map((name) => [name, createKeyRingEntry()])) };
    });
  }
  return createSecrets(createFileSource(path, fixed, onProblem));
}
