import type { ChildProcess } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "@trigger.dev/database";
import { type Admin, createAdmin } from "./admin.js";
import { type Api, createApi } from "./api.js";
import { environmentWith, startAppProcess } from "./app-process.js";
import { startTestDatabase } from "./test-database.js";
import { makeTempDir } from "./test-server.js";

type BootstrapEnvironment = { id: string; apiKey: string };

/**
 * Of our own environment: the RBAC plugin of every server that a test starts without naming one. So the same tests run
 * with a plugin and without.
 */
export const PLUGIN_UNDER_TEST = "PLUGIN_UNDER_TEST";

/** The settings of the plugin that is under test, if one is. */
export function pluginUnderTest(): Record<string, string> {
  const plugin = process.env[PLUGIN_UNDER_TEST];
  return plugin ? { RBAC_PLUGIN: plugin } : {};
}

/** `DATA_DIR/bootstrap.json`: what the first boot made. */
export type Bootstrap = {
  email: string;
  userId: string;
  personalAccessToken: string;
  organization: { slug: string };
  project: { ref: string };
  environments: Record<"dev" | "staging" | "prod" | "preview", BootstrapEnvironment>;
  signInUrl: string;
};

export type AppOptions = {
  /** Settings of the server, over the defaults. */
  env?: Record<string, string>;
  /** A data directory to keep; a temporary one, deleted by `stop`, unless given. */
  dataDir?: string;
  /** A database to keep; null: the server's own embedded one; a fresh one of the run's unless given. */
  databaseUrl?: string | null;
};

export type TestApp = {
  origin: string;
  bootstrap: Bootstrap;
  dataDir: string;
  databaseUrl: string | null;
  api: Api;
  admin: Admin;
  /** Everything that the server has written so far. */
  log: () => string;
  /** Ends the server as an operator would (SIGTERM) and removes what was temporary; resolves with the exit code. */
  stop: () => Promise<number | null>;
  child: ChildProcess;
};

/** A client's end of a connection may take a port between our look at it and the server's. */
const MOST_PORTS = 5;
const PORT_TAKEN = /EADDRINUSE/;

async function startOnFreePort(settingsAt: (port: number) => NodeJS.ProcessEnv) {
  for (let tried = 1; ; tried += 1) {
    const settings = settingsAt(await freePort());
    try {
      return { settings, process: await startAppProcess(settings) };
    } catch (error) {
      if (tried === MOST_PORTS || !PORT_TAKEN.test(String(error))) throw error;
    }
  }
}

/** Starts the real built server on a free port of 127.0.0.1, with a database and a data directory of its own. */
export async function startApp({ env = {}, dataDir, databaseUrl }: AppOptions = {}): Promise<TestApp> {
  const database = databaseUrl === undefined ? await startTestDatabase() : null;
  const url = database?.url ?? databaseUrl ?? null;
  const dir = dataDir ?? (await makeTempDir("app"));
  const clear = async (): Promise<void> => {
    await database?.stop();
    if (dataDir === undefined) await rm(dir, { recursive: true, force: true });
  };
  const settingsAt = (port: number): NodeJS.ProcessEnv =>
    environmentWith({
      HOST: "127.0.0.1",
      PORT: String(port),
      DATA_DIR: dir,
      ...(url === null ? {} : { DATABASE_URL: url }),
      ...pluginUnderTest(),
      ...env,
    });
  try {
    const { settings, process } = await startOnFreePort(settingsAt);
    const { child, origin, log, end } = process;
    const bootstrap: Bootstrap = JSON.parse(await readFile(join(dir, "bootstrap.json"), "utf8"));
    return {
      origin,
      bootstrap,
      dataDir: dir,
      databaseUrl: url,
      log,
      child,
      api: createApi(origin),
      admin: createAdmin(settings),
      stop: async () => {
        const code = await end();
        await clear();
        return code;
      },
    };
  } catch (error) {
    await clear();
    throw error;
  }
}
