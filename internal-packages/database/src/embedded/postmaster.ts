import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive, isPostgres, isPostgresOf } from "./process-identity.js";

/** What a server writes about itself into `postmaster.pid`. */
export type Postmaster = { pid: number; port: number | null; ready: boolean };

/** The content of `postmaster.pid`, whether or not its writer still lives; null without one. */
export async function readPostmaster(dataPath: string): Promise<Postmaster | null> {
  const text = await readFile(join(dataPath, "postmaster.pid"), "utf8").catch(() => null);
  if (text === null) return null;
  const lines = text.split("\n");
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return { pid, port: Number.isInteger(port) && port > 0 ? port : null, ready: lines[7]?.trim() === "ready" };
}

/** The live server of `dataPath`, known by the folder that it works in and not by its number alone. */
export async function livePostmaster(dataPath: string): Promise<Postmaster | null> {
  const postmaster = await readPostmaster(dataPath);
  return postmaster !== null && isPostgresOf(postmaster.pid, dataPath) ? postmaster : null;
}

async function gone(pid: number, milliseconds: number): Promise<boolean> {
  for (const deadline = Date.now() + milliseconds; Date.now() < deadline; await sleep(20)) {
    if (!isAlive(pid)) return true;
  }
  return !isAlive(pid);
}

/**
 * Ends the server `pid`: a fast shutdown (connections closed, everything written), after 3.5 s an immediate one
 * (the next start recovers from the log), then by force.
 */
export async function endPostmaster(pid: number): Promise<void> {
  for (const [signal, patience] of [
    ["SIGINT", 3500],
    ["SIGQUIT", 1000],
    ["SIGKILL", 1000],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    if (await gone(pid, patience)) return;
  }
}

/**
 * Makes way for a new server on `dataPath` after our process was killed: ends the one it left, or removes a
 * `postmaster.pid` whose number meanwhile belongs to something else, which PostgreSQL would take for a rival.
 * @returns the process that was ended, if any.
 * @throws when the number is that of a PostgreSQL of which we cannot tell whose data it serves.
 */
export async function clearOrphan(dataPath: string): Promise<number | null> {
  const postmaster = await readPostmaster(dataPath);
  if (postmaster === null) return null;
  if (isPostgresOf(postmaster.pid, dataPath)) {
    await endPostmaster(postmaster.pid);
    return postmaster.pid;
  }
  if (isPostgres(postmaster.pid)) {
    throw new Error(`${dataPath} may be in use by the PostgreSQL with process ${postmaster.pid}. Stop it first.`);
  }
  if (isAlive(postmaster.pid)) await rm(join(dataPath, "postmaster.pid"), { force: true });
  return null;
}
