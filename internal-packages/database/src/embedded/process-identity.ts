import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";

const read = (file: string): string | null => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
};

/** The fields of /proc/<pid>/stat from the third (the state) on; the second, a name, may hold spaces. */
const statFields = (pid: number): string[] | null => {
  const stat = read(`/proc/${pid}/stat`);
  return stat === null ? null : stat.slice(stat.lastIndexOf(")") + 2).split(" ");
};

/** Whether `pid` runs; a zombie, which only waits for a parent to look, does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  return statFields(pid)?.[0] !== "Z";
}

/** What tells a process from a later one that was given the same number: when it started. Null when unknown. */
export function startedAt(pid: number): string | null {
  const ticks = statFields(pid)?.[19];
  if (ticks !== undefined) return `${read("/proc/sys/kernel/random/boot_id")?.trim() ?? ""}/${ticks}`;
  const { status, stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : null;
}

const commandLine = (pid: number): string =>
  read(`/proc/${pid}/cmdline`)?.replaceAll("\0", " ") ??
  spawnSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" }).stdout;

/** Whether `pid` runs some PostgreSQL. */
export const isPostgres = (pid: number): boolean => isAlive(pid) && /postgres/.test(commandLine(pid));

/** Whether `pid` is a PostgreSQL whose data folder is `dataPath`. A server always works inside its data folder. */
export function isPostgresOf(pid: number, dataPath: string): boolean {
  if (!isAlive(pid)) return false;
  try {
    const [works, data] = [statSync(`/proc/${pid}/cwd`), statSync(dataPath)];
    return works.dev === data.dev && works.ino === data.ino;
  } catch {
    return isPostgres(pid) && commandLine(pid).includes(`-D ${dataPath}`);
  }
}
