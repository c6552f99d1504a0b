import { createId } from "@trigger.dev/core/ids";
import type { Pool } from "pg";
import type { EngineSettings } from "./engine-context.js";
import type { Worker } from "./find-worker.js";
import { LOCK_DEQUEUE, TAKE_NEXT } from "./take-next.js";
import { inTransaction } from "@trigger.dev/database";

/** A worker asks for runs of its environment. */
export interface Take {
  environmentId: string;
  worker: Worker;
  /** At most. */
  most: number;
}

/** A run that is its worker's until it is silent about it. */
export interface DequeuedRun {
  runId: string;
  snapshot: { id: string; executionStatus: "PENDING_EXECUTING"; description: string; createdAt: Date };
  /** Attempts that were started before. */
  attemptCount: number;
  isTest: boolean;
}

const DESCRIPTION = "A worker took the run";
/** Of one transaction, however many ask at once. */
const MOST_TOGETHER = 200;

/** Answers each of `takes`, which are all of one environment and worker, with its share of what there is. */
export async function takeTogether(
  pool: Pool,
  settings: EngineSettings,
  takes: readonly Take[],
): Promise<DequeuedRun[][]> {
  const [first] = takes;
  if (first === undefined) return [];
  const most = takes.reduce((sum, take) => sum + take.most, 0);
  return deal(await takeRuns(pool, settings, { ...first, most: Math.min(most, MOST_TOGETHER) }), takes);
}

async function takeRuns(
  pool: Pool,
  { leaseMs, environmentConcurrency }: EngineSettings,
  { environmentId, worker, most }: Take,
): Promise<DequeuedRun[]> {
  return inTransaction(pool, async (client) => {
    await client.query({ name: "engine-lock-dequeue", text: LOCK_DEQUEUE, values: [environmentId] });
    const now = new Date();
    const { rows } = await client.query<{
      runId: string;
      snapshotId: string;
      attemptCount: number;
      isTest: boolean;
    }>({
      name: "engine-take-next",
      text: TAKE_NEXT,
      values: [
        environmentId,
        worker.tasks,
        worker.version,
        most,
        environmentConcurrency,
        worker.id,
        Array.from({ length: most }, () => createId("snapshot")),
        now,
        new Date(now.getTime() + leaseMs),
        DESCRIPTION,
      ],
    });
    return rows.map(({ runId, snapshotId, attemptCount, isTest }) => ({
      runId,
      snapshot: { id: snapshotId, executionStatus: "PENDING_EXECUTING", description: DESCRIPTION, createdAt: now },
      attemptCount,
      isTest,
    }));
  });
}

/** Deals runs out evenly, to each at most what it asked for, in their order. */
function deal(runs: readonly DequeuedRun[], takes: readonly Take[]): DequeuedRun[][] {
  const shares: DequeuedRun[][] = takes.map(() => []);
  let next = 0;
  for (let turn = 0; next < runs.length; turn++) {
    const before = next;
    takes.forEach(({ most }, index) => {
      const run = runs[next];
      if (run === undefined || turn >= most) return;
      shares[index]?.push(run);
      next++;
    });
    if (next === before) break;
  }
  return shares;
}
