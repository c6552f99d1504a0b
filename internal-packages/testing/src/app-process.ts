import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { builtWebappFile } from "./repository.js";
import { endWithUs } from "./watchdog.js";

export type AppProcess = {
  child: ChildProcess;
  origin: string;
  /** Everything that the server has written so far. */
  log: () => string;
  /** SIGTERM, and SIGKILL after 12 s; resolves with the exit code, null when it had to be killed. */
  end: () => Promise<number | null>;
};

const READY_TIMEOUT_MS = 90_000;

/** The server under test sees no more of our environment than a person's shell would give it. */
const NOT_INHERITED =
  /^(NODE_ENV|NODE_OPTIONS|VITEST.*|TEST|TRIGGER_.*|DATABASE_.*|DATA_DIR|HOST|PORT|APP_ORIGIN|.*_SECRET|ENCRYPTION_KEY|BOOTSTRAP_EMAIL|RBAC_PLUGIN|RATE_LIMITS|WORKERS|PG[A-Z]+)$/;

/** Our environment without what could steer the server, and with `settings`. */
export function environmentWith(settings: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name));
  return { ...Object.fromEntries(inherited), ...settings };
}

/**
 * Starts the built server and waits for its line `ready <origin>`.
 * @throws with all that it wrote when it ends or stays silent instead.
 */
export async function startAppProcess(env: NodeJS.ProcessEnv): Promise<AppProcess> {
  const child = spawn(process.execPath, ["--enable-source-maps", builtWebappFile("main.js")], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (child.pid !== undefined) endWithUs(child.pid);
  let written = "";
  const ready = new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`The server is not ready:\n${written}`)), READY_TIMEOUT_MS);
    const onChunk = (chunk: Buffer) => {
      written += chunk.toString("utf8");
      const origin = /^ready (\S+)$/m.exec(written)?.[1];
      if (origin === undefined) return;
      clearTimeout(timer);
      resolve(origin);
    };
    child.stdout.on("data", onChunk);
    child.stderr.on("data", onChunk);
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      reject(new Error(`The server ended with ${code}:\n${written}`));
    });
  });

  const end = async (): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), 12_000);
    await exited;
    clearTimeout(timer);
    return child.exitCode;
  };
  try {
    return { child, origin: await ready, log: () => written, end };
  } catch (error) {
    await end();
    throw error;
  }
}
