import { spawn } from "node:child_process";
import { accessSync, constants, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { inRoot, root, toolsDir } from "./workspace.mjs";

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  const end = () => {
    if (running.size === 0) return;
    for (const child of running) child.kill(signal);
    process.exit(1);
  };
  process.on(signal, end);
}

/**
 * Package managers keep caches at home; an account without one (a service's) gets a home in the checkout.
 * @returns {NodeJS.ProcessEnv}
 */
function homeless() {
  try {
    accessSync(homedir(), constants.W_OK);
    return {};
  } catch {
    const home = join(toolsDir, "home");
    mkdirSync(home, { recursive: true });
    const cache = join(home, "cache");
    return {
      HOME: home,
      XDG_DATA_HOME: join(home, "data"),
      XDG_CACHE_HOME: cache,
      npm_config_cache: join(cache, "npm"),
    };
  }
}

/**
 * The environment of build tools: this one, without what would make them skip development dependencies, and with
 * their telemetry and update checks off.
 * @returns {NodeJS.ProcessEnv}
 */
export function toolEnvironment() {
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, ...homeless() };
  for (const name of Object.keys(env)) {
    if (/^npm_(lifecycle|package)_/i.test(name) || /^npm_config_(production|omit|prefix|global)$/i.test(name))
      delete env[name];
  }
  delete env.NODE_ENV;
  return {
    ...env,
    PATH: [join(toolsDir, "node_modules", ".bin"), inRoot("node_modules", ".bin"), env.PATH ?? ""].join(delimiter),
    DO_NOT_TRACK: "1",
    TURBO_TELEMETRY_DISABLED: "1",
    TURBO_NO_UPDATE_NOTIFIER: "1",
    NPM_CONFIG_UPDATE_NOTIFIER: "false",
    CHECKPOINT_DISABLE: "1",
  };
}

/**
 * Runs a tool in the checkout to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {{ echo?: boolean, env?: NodeJS.ProcessEnv }} [options] `echo` passes its output on, to standard error.
 * @returns {Promise<{ code: number, output: string }>} 127 when there is no such command.
 */
export function runTool(command, args, { echo = false, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...toolEnvironment(), ...env },
      stdio: ["ignore", echo ? 2 : "pipe", echo ? 2 : "pipe"],
      shell: process.platform === "win32",
    });
    running.add(child);
    let output = "";
    const collect = (/** @type {Buffer} */ bytes) => (output += bytes);
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    const done = (/** @type {number} */ code) => {
      running.delete(child);
      resolve({ code, output });
    };
    child.once("error", (error) => {
      output += error.message;
      done(127);
    });
    child.once("close", (code) => done(code ?? 1));
  });
}
