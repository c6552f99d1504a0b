import { spawn } from "node:child_process";

// $1 the owner, $2 what it started, the rest folders. Ends by itself when either is gone.
const SCRIPT = `
owner=$1; child=$2; shift 2
while kill -0 "$owner" 2>/dev/null; do kill -0 "$child" 2>/dev/null || exit 0; sleep 1; done
kill -INT "$child" 2>/dev/null; sleep 3; kill -KILL "$child" 2>/dev/null; sleep 1
if [ $# -gt 0 ]; then rm -rf -- "$@"; fi`;

/** Ends `pid` and deletes `dirs` when this process is gone without having done so, as after `kill -9`. */
export function endWithUs(pid: number, dirs: readonly string[] = []): void {
  const args = ["-c", SCRIPT, "watchdog", String(process.pid), String(pid), ...dirs];
  spawn("/bin/sh", args, { detached: true, stdio: "ignore", cwd: "/" }).unref();
}
