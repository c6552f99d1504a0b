import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chown, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunAs } from "./system-user.js";

export const ROLE = "trigger";
export const DATABASE = "trigger";

/** What runs of PostgreSQL's programs see of our environment: no `PG…` variable of ours may steer them. */
export const programEnvironment = (): NodeJS.ProcessEnv => ({ PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC" });

async function writePassword(cluster: string, runAs: RunAs): Promise<string> {
  const file = join(cluster, "password");
  await writeFile(file, randomBytes(32).toString("base64url"), { mode: 0o600 });
  if (runAs !== null) await chown(file, runAs.uid, runAs.gid);
  return file;
}

/** The password of the cluster's only role. */
export const readPassword = async (cluster: string): Promise<string> =>
  (await readFile(join(cluster, "password"), "utf8")).trim();

/**
 * Runs `initdb`: UTF-8, the built-in C.UTF-8 collation (the same order on every machine), page checksums, and a
 * password for every connection. Whole or not at all, so that a first start that was killed can be repeated.
 */
export async function initializeCluster(options: {
  cluster: string;
  binaries: string;
  runAs: RunAs;
  durable: boolean;
}): Promise<void> {
  const { cluster, binaries, runAs, durable } = options;
  const draft = join(cluster, "data.new");
  await rm(draft, { recursive: true, force: true });
  const passwordFile = await writePassword(cluster, runAs);
  const encoding = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const access = [`--username=${ROLE}`, `--pwfile=${passwordFile}`, "--auth=scram-sha-256"];
  const args = ["-D", draft, ...encoding, ...access, "--data-checksums", "--no-instructions"];
  if (!durable) args.push("--no-sync");
  const child = spawn(join(binaries, "bin", "initdb"), args, {
    cwd: cluster,
    env: programEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
    ...(runAs === null ? {} : { uid: runAs.uid, gid: runAs.gid }),
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`PostgreSQL's data could not be set up in ${cluster}: ${output.trim()}`);
  await rename(draft, join(cluster, "data"));
}
