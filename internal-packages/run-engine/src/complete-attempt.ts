import type { RunStatus } from "@trigger.dev/core/v3";
import type { PoolClient } from "pg";
import type { EngineContext, RunKey } from "./engine-context.js";
import { endAttempt } from "./end-attempt.js";
import { type LockedRun, lockRun } from "./locked-run.js";
import { type Move, moveRun } from "./move-run.js";
import { type Outcome, refused } from "./refusal.js";
import { type RunFailure, statusOfFailure } from "./run-failure.js";
import { type RunSnapshot, SNAPSHOT_COLUMNS } from "./run-snapshot.js";
import { leaveQueue, waitInQueue } from "./queue-place.js";
import { isFailure, isFinal } from "./run-state.js";
import type { Together } from "./together.js";
import { inTransaction } from "@trigger.dev/database";

/** How an attempt ended, as its worker says. */
export type AttemptResult = { usageMs: number } & (
  | { ok: true; output: { text: string | null; type: string } }
  | {
      ok: false;
      failure: RunFailure;
      /** When the worker wants to try again; null: never. */
      retryAt: Date | null;
    }
);

export type AttemptStatus = "RUN_FINISHED" | "RETRY_IMMEDIATELY" | "RETRY_QUEUED" | "RUN_PENDING_CANCEL";

export interface AttemptAnswer {
  attemptStatus: AttemptStatus;
  snapshot: RunSnapshot;
}

/** A worker waits that long by itself; for longer the run goes back to the queue and leaves its slot to others. */
const MOST_WAIT_IN_WORKER_MS = 30_000;
/** A worker cannot put a run off for longer. */
const MOST_RETRY_DELAY_MS = 30 * 86_400_000;

interface AttemptRow {
  number: number;
  finishedAt: Date | null;
  answer: AttemptStatus | null;
  answerSnapshotId: string | null;
}

const FIND_ATTEMPT = `
  SELECT a.number, a.finished_at AS "finishedAt", a.answer, a.answer_snapshot_id AS "answerSnapshotId"
  FROM run_snapshot s JOIN run_attempt a
    ON a.environment_id = s.environment_id AND a.run_id = s.run_id AND a.number = s.attempt_number
  WHERE s.environment_id = $1 AND s.run_id = $2 AND s.id = $3`;

const READ_SNAPSHOT = `SELECT ${SNAPSHOT_COLUMNS} FROM run_snapshot s
  WHERE s.environment_id = $1 AND s.run_id = $2 AND s.id = $3`;

/**
 * Ends an attempt as its worker says. Repeated, it answers what it answered first and changes nothing; one that then says
 * another outcome is refused, and so is an attempt that was given up because its worker was silent.
 * @param input.snapshotId any snapshot of the attempt
 */
export async function completeAttempt(
  { pool, settings, together }: EngineContext,
  { snapshotId, result, ...key }: RunKey & { snapshotId: string; result: AttemptResult },
): Promise<Outcome<AttemptAnswer & { attemptNumber: number }>> {
  const finished = await endTogether(together, { ...key, snapshotId }, result);
  if (finished !== null) return { ok: true, attemptStatus: "RUN_FINISHED", ...finished };
  return inTransaction(pool, async (client) => {
    const run = await lockRun(client, key);
    if (run === null) return refused("run_not_found");
    const [attempt] = (await client.query<AttemptRow>(FIND_ATTEMPT, [run.environmentId, run.id, snapshotId])).rows;
    if (attempt === undefined) return refused("snapshot_not_found");
    const attemptNumber = attempt.number;
    if (attempt.finishedAt !== null) {
      if (attempt.answer === null) return refused("not_current");
      const snapshot = await readSnapshot(client, run, attempt.answerSnapshotId);
      if (contradicts(result, snapshot.status)) return refused("answered_otherwise");
      return { ok: true, attemptStatus: attempt.answer, snapshot, attemptNumber };
    }
    if (run.status !== "EXECUTING" && run.status !== "CANCELED") return refused("not_current");
    const answer =
      run.status === "CANCELED"
        ? await acknowledgeCancel(client, run)
        : await finish(client, run, result, settings.leaseMs);
    await endAttempt(client, run, {
      number: attemptNumber,
      answer: answer.attemptStatus,
      answerSnapshotId: answer.snapshot.id,
      failure: result.ok ? null : result.failure,
    });
    return { ok: true, ...answer, attemptNumber };
  });
}

/** With those of other requests, where it ends the run whatever the run allows: no retry, nor what is no failure. */
async function endTogether(together: Together, attempt: RunKey & { snapshotId: string }, result: AttemptResult) {
  if (result.ok) return together.finish({ ...attempt, ...result });
  const { usageMs, failure, retryAt } = result;
  if (retryAt !== null || !isFailure(statusOfFailure(failure))) return null;
  return together.fail({ ...attempt, usageMs, failure });
}

/** Whether it says another outcome than the one that was answered with a snapshot of this status. */
function contradicts(result: AttemptResult, answered: RunStatus): boolean {
  // What a worker says of a run that was cancelled is not taken.
  if (answered === "CANCELED") return false;
  const said = result.ok ? "COMPLETED" : statusOfFailure(result.failure);
  // An answer that no run ends with is that of a failure which was retried.
  return isFinal(answered) ? said !== answered : result.ok;
}

async function readSnapshot(client: PoolClient, run: LockedRun, id: string | null): Promise<RunSnapshot> {
  const [snapshot] = (await client.query<RunSnapshot>(READ_SNAPSHOT, [run.environmentId, run.id, id])).rows;
  if (snapshot === undefined) throw new Error(`The snapshot ${id} of ${run.id} is not there.`);
  return snapshot;
}

async function acknowledgeCancel(client: PoolClient, run: LockedRun): Promise<AttemptAnswer> {
  await leaveQueue(client, run);
  return { attemptStatus: "RUN_FINISHED", snapshot: await readSnapshot(client, run, run.snapshotId) };
}

async function finish(
  client: PoolClient,
  run: LockedRun,
  result: AttemptResult,
  leaseMs: number,
): Promise<AttemptAnswer> {
  const retryAt = result.ok ? null : retryOf(run, result);
  if (retryAt !== null) return retry(client, run, { retryAt, usageMs: result.usageMs, leaseMs });
  const snapshot = await moveRun(client, run, endOf(result));
  await leaveQueue(client, run);
  return { attemptStatus: "RUN_FINISHED", snapshot };
}

function retryOf(run: LockedRun, { failure, retryAt }: Extract<AttemptResult, { ok: false }>): Date | null {
  if (retryAt === null || statusOfFailure(failure) === "CANCELED") return null;
  return run.maxAttempts === null || run.attemptCount < run.maxAttempts ? retryAt : null;
}

async function retry(
  client: PoolClient,
  run: LockedRun,
  { retryAt, usageMs, leaseMs }: { retryAt: Date; usageMs: number; leaseMs: number },
): Promise<AttemptAnswer> {
  const now = Date.now();
  const at = new Date(Math.min(Math.max(retryAt.getTime(), now), now + MOST_RETRY_DELAY_MS));
  const inWorker = at.getTime() - now <= MOST_WAIT_IN_WORKER_MS;
  const snapshot = await moveRun(client, run, {
    to: inWorker ? "DEQUEUED" : "QUEUED",
    executionStatus: inWorker ? "PENDING_EXECUTING" : "QUEUED",
    description: `Attempt ${run.attemptCount} failed and is retried`,
    usageMs,
  });
  await waitInQueue(
    client,
    run,
    inWorker ? { state: "RUNNING", deadlineAt: new Date(at.getTime() + leaseMs) } : { state: "DELAYED", readyAt: at },
  );
  return { attemptStatus: inWorker ? "RETRY_IMMEDIATELY" : "RETRY_QUEUED", snapshot };
}

function endOf(result: AttemptResult): Move {
  const { usageMs } = result;
  const executionStatus = "FINISHED";
  if (result.ok) {
    return { to: "COMPLETED", executionStatus, description: "The run completed", output: result.output, usageMs };
  }
  const { failure } = result;
  const to = statusOfFailure(failure);
  return { to, executionStatus, description: `The run ended as ${to}`, failure, usageMs };
}
