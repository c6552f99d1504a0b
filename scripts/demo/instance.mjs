import { spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inRoot } from "../setup/workspace.mjs";
import { DemoError } from "./ending.mjs";

/**
 * What the first boot made.
 * @typedef {object} Bootstrap
 * @property {string} email
 * @property {string} userId
 * @property {string} personalAccessToken
 * @property {{ ref: string }} project
 */

/**
 * @typedef {object} Instance
 * @property {string} origin
 * @property {Bootstrap} bootstrap
 * @property {string} home an empty home for the command line
 * @property {() => Promise<void>} stop ends the server and removes all that it left
 */

const READY_MS = 90_000;
const STOP_MS = 12_000;

/** A demo has nothing to do with the server, the database or the account that this shell works with. */
const STEERING =
  /^(NODE_ENV|NODE_OPTIONS|TRIGGER_.*|DATABASE_.*|DATA_DIR|HOST|PORT|APP_ORIGIN|.*_SECRET|ENCRYPTION_KEY|BOOTSTRAP_EMAIL|RBAC_PLUGIN|RATE_LIMITS|WORKERS|TRUSTED_PROXIES|LOG_LEVEL|USER_ACTOR_.*|ENVIRONMENT_KEY_.*|XDG_CONFIG_HOME|PG[A-Z]+)$/;

/** This environment without what steers a server or the command line, and with `settings`. */
export const environmentWith = (/** @type {Record<string, string>} */ settings) => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !STEERING.test(name))),
  ...settings,
});

/** @returns {Promise<string>} where it serves */
async function readyAt(/** @type {import("node:child_process").ChildProcess} */ child) {
  let written = "";
  return new Promise((resolve, reject) => {
    const fail = (/** @type {string} */ why) => reject(new DemoError(`The instance ${why}. It said:\n${written}`));
    const timer = setTimeout(() => fail("did not start in time"), READY_MS);
    const collect = (/** @type {Buffer} */ bytes) => {
      written += bytes;
      const origin = /^ready (\S+)$/m.exec(written)?.[1];
      if (origin === undefined) return;
      clearTimeout(timer);
      resolve(origin);
    };
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    child.once("close", (code) => {
      clearTimeout(timer);
      fail(`ended with ${code} before it was ready`);
    });
  });
}

async function end(/** @type {import("node:child_process").ChildProcess} */ child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await exited;
  clearTimeout(timer);
}

/** Where the database went, if it could not be below `dataDir`. */
const placedElsewhere = async (/** @type {string} */ dataDir) =>
  (await readFile(join(dataDir, "postgres.location"), "utf8").catch(() => "")).trim();

/**
 * Starts the built server on a free port, with an embedded database in a temporary folder.
 * @returns {Promise<Instance>}
 */
export async function startInstance() {
  const folder = await mkdtemp(join(tmpdir(), "trigger-demo-"));
  // Started by root, PostgreSQL runs as another account, which has to pass through.
  await chmod(folder, 0o711);
  const [dataDir, home] = [join(folder, "data"), join(folder, "home")];
  await mkdir(home);
  const child = spawn(process.execPath, [inRoot("apps", "webapp", "build", "main.js")], {
    cwd: folder,
    env: environmentWith({ HOST: "127.0.0.1", PORT: "0", DATA_DIR: dataDir }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = async () => {
    await end(child);
    const elsewhere = await placedElsewhere(dataDir);
    if (elsewhere !== "") await rm(elsewhere, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const origin = await readyAt(child);
    const bootstrap = JSON.parse(await readFile(join(dataDir, "bootstrap.json"), "utf8"));
    return { origin, bootstrap, home, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
