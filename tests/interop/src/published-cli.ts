import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { type CliHome, type CliProfile, createCliHome } from "./cli-home.js";

const TIMEOUT_MS = 90_000;

/** The published CLI's entry file. */
export const PUBLISHED_CLI = join(
  createRequire(import.meta.url).resolve("published-cli/package.json"),
  "../dist/esm/index.js",
);

/** A task project of somebody who uses the server. */
export const TASK_PROJECT = fileURLToPath(new URL("../fixtures/project", import.meta.url));

export type CliAnswer = { code: number | null; stdout: string; stderr: string };

export type RunningCli = {
  /** What it has written to both outputs so far, without colours. */
  written: () => string;
  ended: Promise<CliAnswer>;
};

export type CliOptions = { env?: Record<string, string>; cwd?: string };

export type PublishedCli = {
  home: CliHome;
  start: (args: readonly string[], options?: CliOptions) => RunningCli;
  run: (args: readonly string[], options?: CliOptions) => Promise<CliAnswer>;
};

/** The unmodified `trigger.dev` CLI from npm, in a home of its own, signed in as `profile` says. */
export async function publishedCli(profile?: CliProfile): Promise<PublishedCli> {
  const home = await createCliHome(profile);
  const start = (args: readonly string[], { env = {}, cwd = TASK_PROJECT }: CliOptions = {}): RunningCli => {
    const child = spawn(process.execPath, [PUBLISHED_CLI, ...args, "--skip-telemetry"], {
      cwd,
      env: home.env(env),
      stdio: ["ignore", "pipe", "pipe"],
      timeout: TIMEOUT_MS,
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString("utf8")));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString("utf8")));
    const ended = new Promise<CliAnswer>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) =>
        resolve({ code, stdout: stripVTControlCharacters(stdout), stderr: stripVTControlCharacters(stderr) }),
      );
    });
    return { written: () => stripVTControlCharacters(stdout + stderr), ended };
  };
  return { home, start, run: (args, options) => start(args, options).ended };
}
