import cluster from "node:cluster";
import type { Logger } from "pino";
import { startWorkers, WORKER_DATABASE_URL } from "./cluster.js";
import { type Config, ConfigError, loadConfig } from "./config.js";
import { createLog } from "./log.js";
import { prepare } from "./prepare.js";
import { serve } from "./serve.js";

/** Past this the process ends, drained or not. */
const STOP_WITHIN_MS = 9_500;

interface Running {
  origin: string;
  close(): Promise<void>;
}

interface Start {
  config: Config;
  log: Logger;
}

const originOn = (config: Config, port: number) =>
  config.port === 0 && process.env.APP_ORIGIN === undefined
    ? config.appOrigin.replace(/:0$/, `:${port}`)
    : config.appOrigin;

async function startWorker(start: Start, databaseUrl: string): Promise<Running> {
  const serving = await serve({ ...start, databaseUrl });
  return { origin: start.config.appOrigin, close: serving.close };
}

async function startPrimary(start: Start): Promise<Running> {
  const { config, log } = start;
  const prepared = await prepare(start);
  try {
    if (config.workers > 1) {
      const workers = await startWorkers({ count: config.workers, databaseUrl: prepared.databaseUrl, log });
      return { origin: config.appOrigin, close: () => workers.stop().then(prepared.close) };
    }
    const serving = await serve({ ...start, databaseUrl: prepared.databaseUrl });
    return { origin: originOn(config, serving.port), close: () => serving.close().then(prepared.close) };
  } catch (error) {
    await prepared.close();
    throw error;
  }
}

/** Ends the process once on the first signal; what comes after it changes nothing. */
function stopOnSignal(running: Running, log: Logger): void {
  let stopping = false;
  const stop = (why: string) => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    log.info({ why }, "stopping");
    running.close().then(
      () => process.exit(0),
      (err: unknown) => {
        log.error({ err }, "could not stop cleanly");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", () => stop("SIGTERM"));
  process.on("SIGINT", () => stop("SIGINT"));
  // A worker whose primary was killed has nobody left to end it.
  if (cluster.isWorker) process.on("disconnect", () => stop("the primary is gone"));
}

function fail(error: unknown, log: Logger): never {
  if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
  else log.fatal({ err: error }, "could not start");
  process.exit(1);
}

async function main(): Promise<void> {
  const bootLog = createLog("info");
  let log = bootLog;
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (err: unknown) => {
      log.fatal({ err }, event);
      process.exit(1);
    });
  }
  try {
    const config = loadConfig();
    log = createLog(config.logLevel);
    const databaseUrl = process.env[WORKER_DATABASE_URL];
    const start = { config, log };
    const isWorker = cluster.isWorker && databaseUrl !== undefined;
    const running = isWorker ? await startWorker(start, databaseUrl) : await startPrimary(start);
    stopOnSignal(running, log);
    if (!isWorker) process.stdout.write(`ready ${running.origin}\n`);
  } catch (error) {
    fail(error, log);
  }
}

await main();
