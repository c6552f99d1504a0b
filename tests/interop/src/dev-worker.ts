import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { stripVTControlCharacters } from "node:util";
import { type CliProfile, createCliHome } from "./cli-home.js";
import { PUBLISHED_CLI, TASK_PROJECT } from "./published-cli.js";

const READY_MS = 120_000;

export type DevWorker = {
  child: ChildProcess;
  /** What it has written so far, without colours. */
  written: () => string;
  /** Ends it as a person would, with Ctrl-C. */
  stop: () => Promise<void>;
};

/**
 * Starts the published `trigger.dev dev` in the task project; resolves once its worker is registered.
 * @param env more of its environment, which the project's configuration may read
 */
export async function startDevWorker(
  profile: CliProfile,
  projectRef: string,
  env: Record<string, string> = {},
): Promise<DevWorker> {
  const home = await createCliHome(profile);
  const child = spawn(
    process.execPath,
    [PUBLISHED_CLI, "dev", "--project-ref", projectRef, "--skip-update-check", "--skip-telemetry"],
    { cwd: TASK_PROJECT, env: home.env(env), stdio: ["ignore", "pipe", "pipe"] },
  );
  let written = "";
  const ready = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`The worker is not ready:\n${written}`)), READY_MS);
    const onChunk = (chunk: Buffer) => {
      written += stripVTControlCharacters(chunk.toString("utf8"));
      if (!written.includes("Local worker ready")) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout.on("data", onChunk);
    child.stderr.on("data", onChunk);
    child.once("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`The worker ended with ${code}:\n${written}`));
    });
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, "exit");
      child.kill("SIGINT");
      const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
      await exited;
      clearTimeout(timer);
    }
    await home.remove();
  };
  try {
    await ready;
  } catch (error) {
    await stop();
    throw error;
  }
  return { child, written: () => written, stop };
}
