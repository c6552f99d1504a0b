import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isAlive, startedAt } from "./process-identity.js";

/** Another live process has the data directory. Its message is a sentence for the person who started this one. */
export class DataDirInUseError extends Error {
  readonly code = "data_dir_in_use";

  constructor(
    dataDir: string,
    readonly pid: number,
  ) {
    super(`The data directory ${resolve(dataDir)} is in use by another server, process ${pid}. Stop it first.`);
    this.name = "DataDirInUseError";
  }
}

const holderOf = (text: string): { pid: number; startedAt: string | null } | null => {
  const [pid, started] = text.split("\n");
  return pid !== undefined && /^\d+$/.test(pid) ? { pid: Number(pid), startedAt: started || null } : null;
};

function isHeld(text: string): number | null {
  const holder = holderOf(text);
  if (holder === null || !isAlive(holder.pid)) return null;
  const now = startedAt(holder.pid);
  // Unknown start times leave the number alone to go by.
  return now === null || holder.startedAt === null || now === holder.startedAt ? holder.pid : null;
}

const readIfThere = (file: string): Promise<string | null> => readFile(file, "utf8").catch(() => null);

/** Puts `text` at `file` unless something is there; whole or not at all. */
async function createWhole(file: string, text: string): Promise<boolean> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, text, { mode: 0o644 });
  try {
    await link(draft, file);
    return true;
  } catch {
    return false;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Moves a dead process's lock away; one that another process took meanwhile is put back. */
async function removeStale(file: string, stale: string): Promise<void> {
  const aside = `${file}.stale.${process.pid}`;
  await rename(file, aside).catch(() => {});
  const moved = await readIfThere(aside);
  if (moved !== null && moved !== stale) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
}

/**
 * Takes `DATA_DIR/server.lock` for this process, over a dead one's if need be.
 * @returns what gives it up again.
 * @throws {DataDirInUseError} saying which live process holds it.
 */
export async function lockDataDir(dataDir: string): Promise<() => Promise<void>> {
  await mkdir(dataDir, { recursive: true });
  const file = join(dataDir, "server.lock");
  const own = `${process.pid}\n${startedAt(process.pid) ?? ""}\n`;
  for (let attempt = 0; attempt < 10; attempt += 1) {
    if (await createWhole(file, own)) {
      return async () => {
        if ((await readIfThere(file)) === own) await rm(file, { force: true });
      };
    }
    const text = await readIfThere(file);
    if (text === null) continue;
    const holder = isHeld(text);
    if (holder !== null) throw new DataDirInUseError(dataDir, holder);
    await removeStale(file, text);
  }
  throw new Error(`Cannot take ${file}: it keeps changing.`);
}
