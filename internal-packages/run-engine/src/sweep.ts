import type { PoolClient } from "pg";
import { endAttempt } from "./end-attempt.js";
import type { EngineContext } from "./engine-context.js";
import { LOCKED_RUN_COLUMNS, type LockedRun } from "./locked-run.js";
import { moveRun } from "./move-run.js";
import { leaveQueue, waitInQueue } from "./queue-place.js";
import type { RunFailure } from "./run-failure.js";
import { notifyRun } from "./run-notifications.js";
import { inTransaction } from "@trigger.dev/database";

const AT_ONCE = 100;

interface SweptRun extends LockedRun {
  /** As the task says. */
  taskMaxAttempts: number | null;
}

/** Runs whose item is due, locked; what another process is at is left to it. */
const due = (condition: string) => `
  SELECT ${LOCKED_RUN_COLUMNS}, t.max_attempts AS "taskMaxAttempts"
  FROM queue_item i JOIN run r ON r.environment_id = i.environment_id AND r.id = i.run_id
  LEFT JOIN background_worker_task t
    ON t.environment_id = r.environment_id AND t.worker_id = r.worker_id AND t.slug = r.task_identifier
  WHERE ${condition} ORDER BY i.environment_id, i.run_id LIMIT ${AT_ONCE} FOR UPDATE OF r, i SKIP LOCKED`;

/** What there is to do at its time, the run's next state depends on. */
const CHORES = [
  {
    due: due("i.expires_at <= now() AND i.state <> 'RUNNING' AND r.status::text IN ('DELAYED', 'QUEUED')"),
    run: expire,
  },
  {
    due: due("i.state = 'DELAYED' AND i.ready_at <= now() AND r.status::text IN ('DELAYED', 'QUEUED')"),
    run: promote,
  },
  { due: due("i.state = 'RUNNING' AND i.deadline_at <= now()"), run: recover },
];

/**
 * Does what is due: delayed runs become ready, old ones expire, silent ones go back to the queue or crash. Any number
 * of processes may sweep at once. Answers how many runs it changed.
 */
export async function sweep({ pool }: EngineContext): Promise<number> {
  let changed = 0;
  for (const chore of CHORES) {
    let found: number;
    do {
      found = await inTransaction(pool, async (client) => {
        const { rows } = await client.query<SweptRun>(chore.due);
        for (const run of rows) await chore.run(client, run);
        return rows.length;
      });
      changed += found;
    } while (found === AT_ONCE);
  }
  return changed;
}

async function promote(client: PoolClient, run: SweptRun): Promise<void> {
  if (run.status === "DELAYED") {
    await moveRun(client, run, { to: "QUEUED", executionStatus: "QUEUED", description: "The run's time has come" });
  }
  await waitInQueue(client, run, { state: "WAITING" });
}

async function expire(client: PoolClient, run: SweptRun): Promise<void> {
  await moveRun(client, run, {
    to: "EXPIRED",
    executionStatus: "FINISHED",
    description: "The run expired",
    failure: internalFailure("TASK_RUN_EXPIRED", "The run expired: its ttl passed before a worker started it."),
  });
  await leaveQueue(client, run);
}

const internalFailure = (code: string, message: string): RunFailure => ({ type: "INTERNAL_ERROR", code, message });

const SILENT = internalFailure(
  "TASK_RUN_STALLED_EXECUTING",
  "The worker fell silent while it executed the run: it was stopped, or lost its connection.",
);

async function recover(client: PoolClient, run: SweptRun): Promise<void> {
  if (run.status === "EXECUTING" || run.status === "CANCELED") {
    await endAttempt(client, run, { number: run.attemptCount, answer: null, answerSnapshotId: null, failure: SILENT });
  }
  if (run.status === "DEQUEUED") return giveBack(client, run, "The worker did not start the run: back on the queue");
  if (run.status !== "EXECUTING") return leaveQueue(client, run);
  const most = run.maxAttempts ?? run.taskMaxAttempts ?? 1;
  if (run.attemptCount < most) {
    return giveBack(client, run, `The worker fell silent in attempt ${run.attemptCount}: back on the queue`);
  }
  await moveRun(client, run, {
    to: "CRASHED",
    executionStatus: "FINISHED",
    description: "The worker fell silent, and no attempt is left",
    failure: SILENT,
  });
  await leaveQueue(client, run);
  await notifyRun(client, run);
}

async function giveBack(client: PoolClient, run: SweptRun, description: string): Promise<void> {
  await moveRun(client, run, { to: "QUEUED", executionStatus: "QUEUED", description });
  await waitInQueue(client, run, { state: "WAITING" });
  await notifyRun(client, run);
}
