import { createId } from "@trigger.dev/core/ids";
import { createWriteLanes } from "@trigger.dev/database";
import { startTestDatabase } from "@trigger.dev/testing";
import type { Pool } from "pg";
import { createEngine } from "../create-engine.js";
import type { EngineContext } from "../engine-context.js";
import { dequeue } from "../dequeue.js";
import { registerWorker } from "../register-worker.js";
import { startAttempt } from "../start-attempt.js";
import { type NewRun, triggerRun } from "../trigger-run.js";

/** An engine over a database of its own. */
export async function startEngineWorld(settings: Partial<EngineContext["settings"]> = {}) {
  const database = await startTestDatabase();
  const { pool } = database;
  const writer = createWriteLanes({ url: database.url });
  const newEngine = (own: Partial<EngineContext["settings"]> = {}) =>
    createEngine({
      pool,
      writer,
      settings: { leaseMs: 60_000, environmentConcurrency: 1000, ...settings, ...own },
    });
  const engine = newEngine();
  return {
    engine,
    /** As of another process. */
    newEngine,
    pool,
    newEnvironment: () => newEnvironment(engine),
    async stop() {
      await writer.end();
      await database.stop();
    },
  };
}

/** An environment with a worker that knows the tasks `a`, `b` and `c`. */
async function newEnvironment(engine: EngineContext, tasks = ["a", "b", "c"]) {
  const environmentId = createId("env");
  const register = (queues: { name: string; concurrencyLimit: number | null }[] = [], contentHash = "1") =>
    registerWorker(engine.pool, {
      environmentId,
      contentHash,
      sdkVersion: null,
      cliVersion: null,
      queues,
      tasks: tasks.map((slug) => ({
        slug,
        filePath: `${slug}.ts`,
        exportName: null,
        triggerSource: "STANDARD",
        queue: `task/${slug}`,
        maxAttempts: 2,
        maxDuration: null,
        machine: null,
      })),
    });
  const worker = await register();
  const trigger = async (task = "a", run: Partial<NewRun> = {}) => {
    const triggered = await triggerRun(engine, {
      environmentId,
      id: createId("run"),
      taskIdentifier: task,
      payload: { text: "{}", type: "application/json" },
      metadata: null,
      tags: [],
      batchId: null,
      queue: null,
      concurrencyKey: null,
      idempotencyKey: null,
      isTest: false,
      options: {},
      actor: null,
      delayUntil: null,
      ttl: null,
      expiresAt: null,
      priority: 0,
      lockedVersion: null,
      createdAt: new Date(),
      ...run,
    });
    if (triggered === null) throw new Error("not triggered");
    return triggered.id;
  };
  const take = async (most = 1) => (await dequeue(engine, { environmentId, workerId: worker.id, most }))?.runs ?? [];
  /** Triggers, dequeues and starts. */
  const running = async (task?: string, run?: Partial<NewRun>) => {
    const runId = await trigger(task, run);
    const [dequeued] = await take();
    if (dequeued?.runId !== runId) throw new Error("another run came first");
    const started = await startAttempt(engine, { environmentId, runId, snapshotId: dequeued.snapshot.id });
    if (!started.ok) throw new Error(started.reason);
    return { environmentId, runId, snapshotId: started.snapshot.id };
  };
  return {
    id: environmentId,
    worker,
    register,
    trigger,
    take,
    running,
    read: (runId: string) => readRun(engine.pool, runId),
  };
}

/** What is stored of a run. */
export async function readRun(pool: Pool, runId: string) {
  const { rows } = await pool.query<{
    status: string;
    attemptCount: number;
    output: string | null;
    error: unknown;
    place: string | null;
    history: string[];
  }>(
    `SELECT r.status, r.attempt_count AS "attemptCount", r.output, r.error, i.state AS place, array(
       SELECT s.status::text FROM run_snapshot s WHERE s.environment_id = r.environment_id AND s.run_id = r.id
       ORDER BY s.created_at, s.id) AS history
     FROM run r LEFT JOIN queue_item i ON i.environment_id = r.environment_id AND i.run_id = r.id WHERE r.id = $1`,
    [runId],
  );
  const [run] = rows;
  if (run === undefined) throw new Error(`no run ${runId}`);
  return run;
}
