import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { environmentWith, repositoryRoot } from "@trigger.dev/testing";

export interface Started {
  child: ChildProcess;
  /** All that it wrote so far, on both streams. */
  log: () => string;
  /** Milliseconds from the call to `ready`. */
  bootMs: number;
  /** Signals npm and all below it, as a terminal or a service manager does, and waits for the last one to end. */
  stopGroup: (signal?: NodeJS.Signals) => Promise<{ gone: boolean; ms: number }>;
  /** Signals npm alone, as a container's supervisor does. */
  stopNpm: (signal?: NodeJS.Signals) => Promise<{ gone: boolean; ms: number }>;
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Signals `target` (a process, or a group by its negative id) and waits until the whole group is gone. */
async function stopGroup(child: ChildProcess, target: number, signal: NodeJS.Signals) {
  const startedAt = performance.now();
  const group = -(child.pid ?? 0);
  if (isAlive(target)) process.kill(target, signal);
  while (isAlive(group) && performance.now() - startedAt < 20_000) await sleep(50);
  const gone = !isAlive(group);
  if (!gone) process.kill(group, "SIGKILL");
  return { gone, ms: performance.now() - startedAt };
}

/**
 * `npm start` in this checkout, in a process group of its own.
 * @throws with all that it wrote when it ends before it is ready.
 */
export async function npmStart(env: Record<string, string | undefined>): Promise<Started> {
  const startedAt = performance.now();
  const child = spawn("npm", ["start"], {
    cwd: repositoryRoot(),
    env: environmentWith({ HOST: "127.0.0.1", ...env }),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let written = "";
  const collect = (bytes: Buffer) => (written += bytes.toString("utf8"));
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const closed = once(child, "close").then(() => true);
  while (!/^ready http/m.test(written)) {
    if (await Promise.race([closed, sleep(25, false)]))
      throw new Error(`npm start ended with ${child.exitCode}:\n${written}`);
  }
  return {
    child,
    log: () => written,
    bootMs: performance.now() - startedAt,
    stopGroup: (signal = "SIGTERM") => stopGroup(child, -(child.pid ?? 0), signal),
    stopNpm: (signal = "SIGTERM") => stopGroup(child, child.pid ?? 0, signal),
  };
}
