import cluster from "node:cluster";
import { setFlagsFromString } from "node:v8";
import { freePort } from "@trigger.dev/database";
import type { Logger } from "pino";
import { startWorkers, WORKER_DATABASE_URL } from "./cluster.js";
import { type Config, loadConfig } from "./config.js";
import { explainFailure } from "./explain-failure.js";
import { createLog, scrub } from "./log.js";
import { prepare } from "./prepare.js";
import { serve } from "./serve.js";

// V8 lets the heap grow to several times what lives in it before it collects what is old: 310 MiB resident after a
// minute of mints, where 190 do with this, at the same rate.
setFlagsFromString("--heap-growing-percent=40");

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

/** Port 0 is any free one, chosen before anything says where the server is. */
async function choosePort(config: Config): Promise<Config> {
  if (config.port !== 0) return config;
  const port = await freePort();
  return { ...config, port, appOrigin: config.appOrigin.replace(/:0$/, `:${port}`) };
}

async function startWorker(start: Start, databaseUrl: string): Promise<Running> {
  const { close } = await serve({ ...start, databaseUrl });
  return { origin: start.config.appOrigin, close };
}

async function startPrimary(start: Start): Promise<Running> {
  const { config, log } = start;
  const prepared = await prepare(start);
  try {
    if (config.workers > 1) {
      const workers = await startWorkers({ config, databaseUrl: prepared.databaseUrl, log });
      return { origin: config.appOrigin, close: () => workers.stop().then(prepared.close) };
    }
    const serving = await serve({ ...start, databaseUrl: prepared.databaseUrl });
    return { origin: config.appOrigin, close: () => serving.close().then(prepared.close) };
  } catch (error) {
    await prepared.close();
    throw error;
  }
}

/** Resolves with the first reason to stop, also one that comes while the server is still starting. */
function reasonToStop(): Promise<string> {
  return new Promise((resolve) => {
    process.on("SIGTERM", resolve);
    process.on("SIGINT", resolve);
    // A worker whose primary was killed has nobody left to end it.
    if (cluster.isWorker) process.on("disconnect", () => resolve("the primary is gone"));
  });
}

async function stop(running: Running, log: Logger): Promise<never> {
  try {
    await running.close();
    process.exit(0);
  } catch (err) {
    log.error({ err }, "could not stop cleanly");
    process.exit(1);
  }
}

function fail(error: unknown, log: Logger): never {
  const sentence = explainFailure(error);
  if (sentence !== null) process.stderr.write(`${scrub(sentence)}\n`);
  else log.fatal({ err: error }, "could not start");
  process.exit(1);
}

async function main(): Promise<void> {
  // Whoever read the output may go; the server stays.
  for (const output of [process.stdout, process.stderr]) output.on("error", () => {});
  const bootLog = createLog("info");
  let log = bootLog;
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (err: unknown) => {
      log.fatal({ err }, event);
      process.exit(1);
    });
  }
  const stopping = reasonToStop();
  void stopping.then((why) => {
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    log.info({ why }, "stopping");
  });
  try {
    const config = await choosePort(loadConfig());
    log = createLog(config.logLevel);
    const databaseUrl = process.env[WORKER_DATABASE_URL];
    const start = { config, log };
    const isWorker = cluster.isWorker && databaseUrl !== undefined;
    const running = isWorker ? await startWorker(start, databaseUrl) : await startPrimary(start);
    void stopping.then(() => stop(running, log));
    if (!isWorker) process.stdout.write(`ready ${running.origin}\n`);
  } catch (error) {
    fail(error, log);
  }
}

await main();
