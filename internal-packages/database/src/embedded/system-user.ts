import { spawnSync } from "node:child_process";
import { stat } from "node:fs/promises";

/** Whom PostgreSQL runs as; null: as this process, which is no root. */
export type RunAs = { uid: number; gid: number; name: string } | null;

const CREATED_USER = "trigger-postgres";

function lookUp(name: string): RunAs {
  const [uid, gid] = ["-u", "-g"].map((flag) => spawnSync("id", [flag, name], { encoding: "utf8" }));
  if (uid?.status !== 0 || gid?.status !== 0) return null;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout), name };
}

function createUser(): RunAs {
  const home = "/nonexistent";
  const ways: [string, string[]][] = [
    ["useradd", ["--system", "--user-group", "--no-create-home", "--home-dir", home, CREATED_USER]],
    ["adduser", ["-S", "-D", "-H", "-h", home, CREATED_USER]],
  ];
  for (const [command, args] of ways) {
    if (spawnSync(command, args).status === 0) return lookUp(CREATED_USER);
  }
  return null;
}

/**
 * PostgreSQL refuses to run as root; then a system user runs it: the owner of the data that is there already,
 * `postgres`, or one made for it.
 * @throws with a sentence when root can find or make no such user.
 */
export async function chooseUser(existingData: string | null): Promise<RunAs> {
  if (process.getuid?.() !== 0) return null;
  const owner = existingData === null ? null : await stat(existingData).catch(() => null);
  if (owner !== null && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid, name: `number ${owner.uid}` };
  const user = lookUp("postgres") ?? lookUp(CREATED_USER) ?? createUser();
  if (user !== null) return user;
  throw new Error("PostgreSQL does not run as root, and no user could be made for it: create one named postgres.");
}

/** Whether that user can enter a folder, or run a file; asked of the system, which knows every rule about it. */
export function canEnter(path: string, runAs: RunAs): boolean {
  if (runAs === null) return true;
  const { uid, gid } = runAs;
  return spawnSync("/bin/sh", ["-c", 'test -x "$1"', "sh", path], { uid, gid, cwd: "/" }).status === 0;
}
