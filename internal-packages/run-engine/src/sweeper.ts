import { setTimeout as sleep } from "node:timers/promises";
import { Logger, type LogLevel, run, type Runner } from "graphile-worker";
import type { EngineContext } from "./engine-context.js";
import { sweep } from "./sweep.js";

const SWEEP = "sweep_runs";
const PURGE = "purge";
const KEEP_HOUSE = "keep_house";
const EVERY_MS = 1000;

export interface Sweeper {
  close(): Promise<void>;
}

export interface SweeperSettings {
  /** What else there is to do from time to time, once for the whole database. */
  chores: { everySecond(): Promise<unknown>; everyMinute(): Promise<unknown>; everyHour(): Promise<unknown> };
  onError(error: unknown): void;
  /** What the job library itself has to say. */
  onMessage(level: `${LogLevel}`, message: string): void;
}

/**
 * Sweeps every second, as one job of the database however many processes there are: the job names its successor, and
 * the minute's schedule begins the chain anew should it ever break. A runner that ends, as one does whose connection
 * breaks while it writes down what is done, is followed by another.
 */
export async function startSweeper(context: EngineContext, settings: SweeperSettings): Promise<Sweeper> {
  const closing = new AbortController();
  let runner: Runner | null = await startRunner(context, settings);
  const keepRunning = async () => {
    while (!closing.signal.aborted) {
      await runner?.promise.catch(settings.onError);
      runner = null;
      await sleep(EVERY_MS, undefined, { signal: closing.signal }).catch(() => undefined);
      if (closing.signal.aborted) return;
      runner = await startRunner(context, settings).catch((error: unknown) => {
        settings.onError(error);
        return null;
      });
    }
  };
  const kept = keepRunning();
  return {
    async close() {
      closing.abort();
      await runner?.stop().catch(settings.onError);
      await kept;
    },
  };
}

async function startRunner(context: EngineContext, { chores, onError, onMessage }: SweeperSettings): Promise<Runner> {
  const runner = await run({
    pgPool: context.pool,
    // The sweep goes on while there is much to purge.
    concurrency: 2,
    pollInterval: EVERY_MS,
    noHandleSignals: true,
    // Without a batch the library leaves a failure to write down what is done to nobody, and the process dies of it.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    logger: new Logger(() => (level, message) => onMessage(level, message)),
    crontab: `* * * * * ${SWEEP}\n* * * * * ${PURGE}\n0 * * * * ${KEEP_HOUSE}`,
    taskList: {
      [SWEEP]: async (_payload, { addJob }) => {
        await sweep(context).catch(onError);
        await chores.everySecond().catch(onError);
        await next(addJob);
      },
      [PURGE]: async () => {
        await chores.everyMinute().catch(onError);
      },
      [KEEP_HOUSE]: async () => {
        await chores.everyHour().catch(onError);
      },
    },
  });
  await next(runner.addJob.bind(runner));
  await runner.addJob(KEEP_HOUSE, {}, { jobKey: KEEP_HOUSE, maxAttempts: 1 });
  return runner;
}

/** Tried again, as one that cannot name its successor would end the chain until the next minute. */
const next = (addJob: Runner["addJob"]) =>
  addJob(SWEEP, {}, { jobKey: SWEEP, runAt: new Date(Date.now() + EVERY_MS), maxAttempts: 5 });
