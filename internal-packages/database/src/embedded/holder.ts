import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { databasePackageDir } from "../package-dir.js";

export type Holder = {
  pid: number;
  child: ChildProcess;
  /** The database that it runs. */
  database: { url: string; pid: number };
  /** Sends a signal and waits for the end; the exit code, null after `SIGKILL`. */
  end: (signal: "SIGTERM" | "SIGKILL") => Promise<number | null>;
};

/** Bundles the process that holds a database; the path of the bundle. */
export async function buildHolder(): Promise<string> {
  const outfile = join(databasePackageDir(), "build", "hold.mjs");
  const draft = `${outfile}.${process.pid}.mjs`;
  await build({
    entryPoints: [join(databasePackageDir(), "src/embedded/hold.fixture.ts")],
    outfile: draft,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    logLevel: "warning",
  });
  // Another test file may be running it.
  await rename(draft, outfile);
  return outfile;
}

/** Starts such a process, in a group of its own, and waits until its database runs. @throws what it says instead. */
export async function startHolder(bundle: string, dataDir: string, uid?: number): Promise<Holder> {
  const child = spawn(process.execPath, [bundle, dataDir], {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    cwd: dataDir,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString("utf8")));
  const database = await new Promise<Holder["database"]>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => resolve(JSON.parse(chunk.toString("utf8"))));
    child.once("error", reject);
    child.once("close", () => reject(new Error(complaint.trim())));
  });
  const end = async (signal: "SIGTERM" | "SIGKILL"): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
    return child.exitCode;
  };
  return { pid: child.pid ?? 0, child, database, end };
}
