import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "node:net";
import { connectRunning } from "@trigger.dev/database/embedded";

export interface Bootstrap {
  personalAccessToken: string;
  project: { ref: string };
  environments: Record<"dev" | "prod", { id: string; apiKey: string }>;
}

export interface Ours {
  origin: string;
  dataDir: string;
  databaseUrl: string;
  bootstrap: Bootstrap;
  bootMs: number;
  /** Resident memory of the server process, in MiB. */
  residentMiB(): Promise<number>;
  stop(): Promise<void>;
}

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer()
      .once("error", reject)
      .listen(0, "127.0.0.1", () => {
        const address = server.address();
        server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
      });
  });

/** Waits for a line; what comes after it is read and dropped, so that logging never blocks the server. */
const firstLine = (child: ChildProcess, pattern: RegExp) =>
  new Promise<string>((resolve, reject) => {
    let output = "";
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const found = pattern.exec(output);
      if (!found) return;
      for (const stream of [child.stdout, child.stderr]) stream?.off("data", read).resume();
      resolve(found[1] ?? "");
    };
    child.once("exit", (code) =>
      reject(
        new Error(`the server ended with ${code}:
${output.slice(-2000)}`),
      ),
    );
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", read);
  });

const ended = (child: ChildProcess) =>
  new Promise<void>((resolve) => {
    if (child.exitCode !== null) resolve();
    else child.once("exit", () => resolve());
  });

export async function stop(child: ChildProcess): Promise<void> {
  const gone = ended(child);
  child.kill("SIGTERM");
  await gone;
}

/** Starts the built server on one process, with limits off unless `env` says otherwise. */
async function startServer(root: string, dataDir: string, nodeArgs: readonly string[], env: Record<string, string>) {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [...nodeArgs, join(root, "apps/webapp/build/main.js")], {
    cwd: root,
    env: {
      ...process.env,
      HOST: "127.0.0.1",
      PORT: String(port),
      DATA_DIR: dataDir,
      APP_ORIGIN: origin,
      RATE_LIMITS: "off",
      WORKERS: "1",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  await firstLine(child, /^ready (\S+)/m);
  return { origin, child };
}

/** Starts another process over the same database and secrets, with arguments for Node or settings of its own. */
export async function startBeside(
  root: string,
  { dataDir, databaseUrl }: Ours,
  nodeArgs: readonly string[],
  env: Record<string, string> = {},
): Promise<{ origin: string; stop(): Promise<void> }> {
  const { origin, child } = await startServer(root, dataDir, nodeArgs, { DATABASE_URL: databaseUrl, ...env });
  return { origin, stop: () => stop(child) };
}

/** Starts the built server as `npm start` does, on one process, with limits off and an embedded PostgreSQL. */
export async function startOurs(root: string, dataDir: string): Promise<Ours> {
  const startedAt = performance.now();
  const { origin, child } = await startServer(root, dataDir, [], {});
  const bootMs = performance.now() - startedAt;
  const running = await connectRunning({ dataDir });
  if (running === null) throw new Error("the embedded database is not running");
  const bootstrap: Bootstrap = JSON.parse(await readFile(join(dataDir, "bootstrap.json"), "utf8"));
  return {
    origin,
    dataDir,
    databaseUrl: running.url,
    bootstrap,
    bootMs,
    async residentMiB() {
      const status = await readFile(`/proc/${child.pid}/status`, "utf8");
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
    },
    stop: () => stop(child),
  };
}

/** Starts the yardstick over the same database. */
export async function startFloor(entry: string, databaseUrl: string): Promise<{ url: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [entry], {
    env: { ...process.env, DATABASE_URL: databaseUrl, NODE_ENV: "production" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const port = await firstLine(child, /^(\d+)$/m);
  return { url: `http://127.0.0.1:${port}/`, stop: () => stop(child) };
}

export const temporaryDataDir = () => mkdtemp(join(tmpdir(), "bench-"));

/** With the database, which is elsewhere when the server was started as root: `postgres.location` says where. */
export async function removeDataDir(dataDir: string): Promise<void> {
  const location = await readFile(join(dataDir, "postgres.location"), "utf8").catch(() => null);
  if (location !== null) await rm(location.trim(), { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
}
