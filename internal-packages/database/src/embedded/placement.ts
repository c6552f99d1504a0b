import { randomBytes } from "node:crypto";
import {
  chmod,
  chown,
  cp,
  lstat,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Binaries } from "./binaries.js";
import { canEnter, type RunAs } from "./system-user.js";

/** Where data and binaries go that PostgreSQL's user could not enter where they belong. */
const ELSEWHERE = "/var/lib/trigger.dev";
const NOTE = "postgres.location";

/** One PostgreSQL installation's folder: `data`, `password`, `log`. */
export type Cluster = { dir: string; initialized: boolean };

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/**
 * The cluster that belongs to `dataDir`: in its `postgres` folder, or where its `postgres.location` says. Null when
 * there is none yet.
 * @throws when the note names a folder that is gone.
 */
export async function findCluster(dataDir: string): Promise<Cluster | null> {
  const note = await readFile(join(dataDir, NOTE), "utf8").catch(() => null);
  const named = note === null ? join(resolve(dataDir), "postgres") : note.trim();
  const dir = await realpath(named).catch(() => null);
  if (dir !== null) return { dir, initialized: await exists(join(dir, "data", "PG_VERSION")) };
  if (note === null) return null;
  throw new Error(`The database of ${dataDir} was in ${named}, which is gone. To start empty, delete ${dataDir}.`);
}

async function makeElsewhere(runAs: RunAs): Promise<void> {
  await mkdir(ELSEWHERE, { recursive: true });
  await chmod(ELSEWHERE, 0o755);
  if (!canEnter(ELSEWHERE, runAs)) {
    throw new Error(`PostgreSQL's user ${runAs?.name} can enter neither DATA_DIR nor ${ELSEWHERE}.`);
  }
}

/** Makes the folder of a new cluster: `DATA_DIR/postgres`, or one elsewhere with a note of it in `DATA_DIR`. */
export async function placeCluster(dataDir: string, runAs: RunAs): Promise<string> {
  const inside = await realpath(dataDir);
  const isInside = canEnter(inside, runAs);
  if (!isInside) await makeElsewhere(runAs);
  const dir = isInside ? join(inside, "postgres") : join(ELSEWHERE, `postgres-${randomBytes(6).toString("hex")}`);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  if (runAs !== null) await chown(dir, runAs.uid, runAs.gid);
  if (!isInside) await writeFile(join(dataDir, NOTE), `${dir}\n`);
  return dir;
}

/** Deletes a cluster and the note of it. */
export async function removeCluster(dataDir: string, cluster: string): Promise<void> {
  await rm(cluster, { recursive: true, force: true });
  await rm(join(dataDir, NOTE), { force: true });
}

async function openToAll(dir: string): Promise<void> {
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isSymbolicLink()) continue;
    const { mode } = await lstat(path);
    await chmod(path, entry.isDirectory() || (mode & 0o100) !== 0 ? 0o755 : 0o644);
  }
  await chmod(dir, 0o755);
}

/** The binaries where that user can run them: as installed, else a copy. */
export async function placeBinaries({ dir, version }: Binaries, runAs: RunAs): Promise<string> {
  if (canEnter(join(dir, "bin", "postgres"), runAs)) return dir;
  const copy = join(ELSEWHERE, `binaries-${version}`);
  if (await exists(copy)) return copy;
  await makeElsewhere(runAs);
  const draft = join(dirname(copy), `draft-${randomBytes(6).toString("hex")}`);
  await cp(dir, draft, { recursive: true, verbatimSymlinks: true });
  await openToAll(draft);
  // Another server may have been faster; then its copy is as good.
  await rename(draft, copy).catch(() => rm(draft, { recursive: true, force: true }));
  return copy;
}
