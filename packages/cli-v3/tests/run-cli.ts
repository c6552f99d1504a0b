import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const BIN = at("../bin/trigger.mjs");

/** Builds the command as it is shipped. */
export const buildCli = () => promisify(execFile)(process.execPath, [at("../build.mjs")]);

/** What came of one call of the command. */
export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A home directory of its own for the command, and calls of the built command in it. */
export async function createCliHome(config?: object) {
  const home = await mkdtemp(join(tmpdir(), "cli-home-"));
  const file = join(home, "trigger", "config.json");
  if (config) {
    await mkdir(join(home, "trigger"), { recursive: true });
    await writeFile(file, JSON.stringify(config));
  }
  const environment = (env: Record<string, string>) => ({
    PATH: process.env["PATH"],
    HOME: home,
    XDG_CONFIG_HOME: home,
    ...env,
  });
  const start = (args: string[], env: Record<string, string> = {}) =>
    spawn(process.execPath, [BIN, ...args], { env: environment(env), stdio: ["ignore", "pipe", "pipe"] });
  return {
    file,
    start,
    config: async (): Promise<unknown> => JSON.parse(await readFile(file, "utf8")),
    run: (args: string[], env: Record<string, string> = {}): Promise<CliResult> =>
      new Promise((resolve, reject) => {
        const child = start(args, env);
        const result: CliResult = { code: null, stdout: "", stderr: "" };
        child.stdout.on("data", (chunk) => (result.stdout += String(chunk)));
        child.stderr.on("data", (chunk) => (result.stderr += String(chunk)));
        child.on("error", reject);
        child.on("close", (code) => resolve({ ...result, code }));
      }),
  };
}
