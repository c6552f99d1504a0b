import { Logger, type LogLevel, run, type Runner } from "graphile-worker";
import type { EngineContext } from "./engine-context.js";
import { sweep } from "./sweep.js";

const SWEEP = "sweep_runs";
const EVERY_MS = 1000;

export interface Sweeper {
  close(): Promise<void>;
}

export interface SweeperLog {
  onError(error: unknown): void;
  /** What the job library itself has to say. */
  onMessage(level: `${LogLevel}`, message: string): void;
}

/**
 * Sweeps every second, as one job of the database however many processes there are: the job names its successor, and
 * the minute's schedule begins the chain anew should it ever break.
 */
export async function startSweeper(context: EngineContext, { onError, onMessage }: SweeperLog): Promise<Sweeper> {
  const runner: Runner = await run({
    pgPool: context.pool,
    concurrency: 1,
    pollInterval: EVERY_MS,
    noHandleSignals: true,
    logger: new Logger(() => (level, message) => onMessage(level, message)),
    crontab: `* * * * * ${SWEEP}`,
    taskList: {
      [SWEEP]: async (_payload, { addJob }) => {
        await sweep(context).catch(onError);
        await next(addJob);
      },
    },
  });
  await next(runner.addJob.bind(runner));
  return { close: () => runner.stop() };
}

const next = (addJob: Runner["addJob"]) =>
  addJob(SWEEP, {}, { jobKey: SWEEP, runAt: new Date(Date.now() + EVERY_MS), maxAttempts: 1 });
