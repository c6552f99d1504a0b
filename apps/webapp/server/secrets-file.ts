import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SECRET_NAMES, type SecretName } from "@trigger.dev/rbac";
import { z } from "zod";
import { ConfigError } from "./config.js";

/** Key ring texts by name, as they stand in `secrets.json`. */
export type SecretTexts = Partial<Record<SecretName, string>>;

const fileSchema = z.partialRecord(z.enum(SECRET_NAMES), z.string());

const ABANDONED_AFTER_MS = 10_000;

const errorCode = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);

/**
 * What the file holds; nothing when there is no file.
 * @throws {ConfigError} when it is not readable as secrets.
 */
export function readSecretsFile(path: string): SecretTexts {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return {};
    const why =
      error instanceof SyntaxError || error instanceof z.ZodError
        ? "it is not a JSON object of key rings"
        : errorCode(error);
    throw new ConfigError(`${path} cannot be read: ${String(why)}.`);
  }
}

async function openExclusively(path: string): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    try {
      return openSync(path, "wx", 0o600);
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
    }
    try {
      if (Date.now() - statSync(path).mtimeMs > ABANDONED_AFTER_MS) rmSync(path, { force: true });
    } catch (error) {
      if (errorCode(error) !== "ENOENT") throw error;
    }
    await sleep(50);
  }
  throw new ConfigError(`Another process is changing the secrets; remove ${path} if none is.`);
}

/**
 * Changes the file in one atomic step (mode 0600). The file that is being written is the lock, so that two
 * changes follow one another.
 */
export async function changeSecretsFile(
  path: string,
  change: (current: SecretTexts) => SecretTexts,
): Promise<SecretTexts> {
  mkdirSync(dirname(path), { recursive: true });
  const next = `${path}.new`;
  const file = await openExclusively(next);
  try {
    const texts = change(readSecretsFile(path));
    writeSync(file, `${JSON.stringify(texts, null, 2)}\n`);
    fsyncSync(file);
    renameSync(next, path);
    return texts;
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}
