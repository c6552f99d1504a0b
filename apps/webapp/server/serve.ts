import { createServer, type Server } from "node:http";
import { fileURLToPath } from "node:url";
import { getRequestListener } from "@hono/node-server";
import { createPool } from "@trigger.dev/database";
import type { Logger } from "pino";
import type { App, AppOptions } from "./app.js";
import type { Config } from "./config.js";
import { connectionBudget } from "./connection-budget.js";
import { prepareDrain } from "./drain.js";
import { loadSecrets } from "./secrets.js";

const DRAIN_MS = 4_500;
/** A token with the longest cap there can be does not fit Node's own 16 KiB. */
const MAX_HEADER_BYTES = 65_536;
/** Longer than proxies and clients keep an idle connection (mostly 60 s), so that it is never ours that closes one in use. */
const KEEP_ALIVE_MS = 75_000;

const isAppModule = (value: unknown): value is { createApp(options: AppOptions): Promise<App> } =>
  typeof value === "object" && value !== null && "createApp" in value && typeof value.createApp === "function";

/** React and Remix choose their production builds by this variable when they are loaded. */
async function loadApp() {
  process.env.NODE_ENV = "production";
  const module: unknown = await import(new URL("./server/index.js", import.meta.url).href);
  if (!isAppModule(module)) throw new Error("build/server/index.js is not this server's build");
  return module;
}

const listen = (server: Server, { host, port }: Config) =>
  new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });

export interface Serving {
  /** Drains and lets go of everything. */
  close(): Promise<void>;
}

/** Serves in this process, over the database at `databaseUrl`. Resolves once it listens. */
export async function serve(options: { config: Config; databaseUrl: string; log: Logger }): Promise<Serving> {
  const { config, databaseUrl, log } = options;
  const secrets = await loadSecrets({ config, onProblem: (err) => log.error({ err }, "secrets.json cannot be used") });
  const budget = connectionBudget(config.workers);
  const pool = createPool({
    url: databaseUrl,
    max: budget.pool,
    // The pool lets go of a connection before the database has, which may just be stopping.
    onError: (err) => pool.ending || log.warn({ err }, "an idle database connection broke"),
  });
  const { createApp } = await loadApp();
  const assetsFolder = fileURLToPath(new URL("./client", import.meta.url));
  const app = await createApp({ config, secrets, pool, databaseUrl, writeLanes: budget.writeLanes, log, assetsFolder });
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, getRequestListener(app.fetch));
  // Their bytes are bounded above. Past a count (2000 unless said) Node drops them unseen, a second Authorization too.
  server.maxHeadersCount = 0;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  app.attach(server);
  const drain = prepareDrain(server, DRAIN_MS);
  const close = async () => {
    await app.stopStreams();
    if (server.listening) await drain();
    await app.close();
    await pool.end();
  };
  try {
    await listen(server, config);
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}
