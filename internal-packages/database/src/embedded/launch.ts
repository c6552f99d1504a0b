import { type ChildProcess, spawn } from "node:child_process";
import { constants, open, readdir, readFile, rename, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join, parse } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { programEnvironment } from "./initialize.js";
import { readPostmaster } from "./postmaster.js";
import { serverSettings } from "./settings.js";
import type { RunAs } from "./system-user.js";

export type ServerProcess = {
  pid: number;
  port: number;
  /** Resolves when the server has ended, however. */
  exited: Promise<void>;
};

type LaunchOptions = { cluster: string; binaries: string; runAs: RunAs; durable: boolean };

const LOG_LIMIT_BYTES = 10 * 1024 * 1024;
/** Crash recovery after `kill -9` replays the log first. */
const READY_TIMEOUT_MS = 120_000;
/** Passing obstacles: the port was taken meanwhile, or the last of a killed server's processes still end. */
const PASSING = /Address already in use|could not create any TCP|shared memory block|lock file .* already exists/i;

/** A TCP port of 127.0.0.1 that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === "object") resolve(address.port);
        else reject(new Error("No port is free."));
      });
    });
  });
}

/** Whether a build of PostgreSQL has a library that it can load; one that is not there would keep it from starting. */
async function hasLibrary(binaries: string, name: string): Promise<boolean> {
  const files = await readdir(join(binaries, "lib", "postgresql")).catch(() => []);
  return files.some((file) => parse(file).name === name);
}

async function spawnServer(options: LaunchOptions & { port: number; log: string }): Promise<ChildProcess> {
  const { cluster, binaries, runAs, durable, port, log } = options;
  const data = join(cluster, "data");
  const settings = serverSettings({ port, durable, prewarms: await hasLibrary(binaries, "pg_prewarm") });
  // No link is followed: as root, this is a folder of another user's.
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
  const output = await open(log, flags, 0o600);
  try {
    if (runAs !== null) await output.chown(runAs.uid, runAs.gid);
    const child = spawn(join(binaries, "bin", "postgres"), ["-D", data, ...settings], {
      cwd: data,
      env: programEnvironment(),
      stdio: ["ignore", output.fd, output.fd],
      // A group of its own: a Ctrl-C meant for us must not end the database before we have drained.
      detached: true,
      ...(runAs === null ? {} : { uid: runAs.uid, gid: runAs.gid }),
    });
    await new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject));
    child.unref();
    return child;
  } finally {
    await output.close();
  }
}

async function isReady(child: ChildProcess, data: string): Promise<boolean> {
  for (const deadline = Date.now() + READY_TIMEOUT_MS; Date.now() < deadline; await sleep(15)) {
    if (child.exitCode !== null || child.signalCode !== null) return false;
    const postmaster = await readPostmaster(data);
    if (postmaster?.ready === true && postmaster.pid === child.pid) return true;
  }
  child.kill("SIGQUIT");
  return false;
}

async function rotate(log: string): Promise<number> {
  const size = await stat(log).then(
    (file) => file.size,
    () => 0,
  );
  if (size < LOG_LIMIT_BYTES) return size;
  await rename(log, `${log}.old`);
  return 0;
}

/**
 * Starts the server of `cluster` on a free port and waits until it takes connections.
 * @throws with the end of the server's log when it does not come up.
 */
export async function launchServer(options: LaunchOptions): Promise<ServerProcess> {
  const log = join(options.cluster, "log");
  for (let attempt = 1; ; attempt += 1) {
    const logged = await rotate(log);
    const port = await freePort();
    const child = await spawnServer({ ...options, port, log });
    const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    if ((await isReady(child, join(options.cluster, "data"))) && child.pid !== undefined) {
      return { pid: child.pid, port, exited };
    }
    const said = (await readFile(log)).subarray(logged).toString("utf8").trim();
    if (attempt >= 20 || !PASSING.test(said)) throw new Error(`PostgreSQL did not start (${log}):\n${said}`);
    await sleep(250);
  }
}
