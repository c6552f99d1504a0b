import cluster, { type Worker } from "node:cluster";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { Config } from "./config.js";

/** How the primary tells its workers where the database is: `DATABASE_URL` says what the operator set. */
export const WORKER_DATABASE_URL = "TRIGGER_WORKER_DATABASE_URL";

const STOP_MS = 7_000;

export interface Workers {
  /** Asks all to drain, and ends those that do not in time. */
  stop(): Promise<void>;
}

const liveWorkers = (): Worker[] => Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);

/**
 * Forks the workers and resolves once all of them listen. One that ends later is replaced; one that ends before
 * it ever listened means that none can, and rejects.
 */
export function startWorkers(options: { config: Config; databaseUrl: string; log: Logger }): Promise<Workers> {
  const { config, databaseUrl, log } = options;
  const { workers: count, port, appOrigin } = config;
  const ready = new Set<number>();
  let stopping = false;
  const fork = () => cluster.fork({ [WORKER_DATABASE_URL]: databaseUrl, PORT: port, APP_ORIGIN: appOrigin });

  const stop = async () => {
    stopping = true;
    for (const worker of liveWorkers()) worker.process.kill("SIGTERM");
    const deadline = Date.now() + STOP_MS;
    while (liveWorkers().length > 0 && Date.now() < deadline) await sleep(25);
    for (const worker of liveWorkers()) worker.process.kill("SIGKILL");
  };

  return new Promise((resolve, reject) => {
    cluster.on("listening", (worker) => {
      ready.add(worker.id);
      if (ready.size === count) resolve({ stop });
    });
    cluster.on("exit", (worker, code, signal) => {
      if (stopping) return;
      if (!ready.has(worker.id)) {
        void stop().then(() => reject(new Error("a worker could not start")));
        return;
      }
      log.error({ worker: worker.id, code, signal }, "a worker ended and is replaced");
      fork();
    });
    for (let index = 0; index < count; index++) fork();
  });
}
