import { createId } from "@trigger.dev/core/ids";
import type { RunStatus } from "@trigger.dev/core/v3";
import { fingerprintOf } from "@trigger.dev/errors";
import type { Pool } from "pg";
import type { RunKey } from "./engine-context.js";
import { type RunFailure, statusOfFailure } from "./run-failure.js";
import type { RunSnapshot } from "./run-snapshot.js";
import { isFailure, mayMove, transition } from "./run-state.js";

/** A worker has ended a run, for good, in the attempt that the snapshot is of. */
export type Finish = RunKey & { snapshotId: string; usageMs: number } & (
    | { ok: true; output: { text: string | null; type: string } }
    | { ok: false; failure: RunFailure }
  );

/** A run that has ended. */
export interface Finished {
  snapshot: RunSnapshot;
  attemptNumber: number;
}

const { from, to: completed } = transition("EXECUTING", "COMPLETED");

/**
 * One statement, so one transaction for each run and its snapshot, its attempt's end and its place in the queue, and,
 * as in `moveRun`, for each that failed its fingerprint and its occurrence. What somebody else is changing is left out,
 * and every attempt but the current one: `FOR UPDATE` looks at the newest row.
 */
const FINISH = `
  WITH given AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[],
        $9::run_status[], $10::text[], $11::jsonb[], $12::text[])
      AS g (environment_id, run_id, given_snapshot_id, snapshot_id, output, output_type, usage_ms, status, description,
        error, fingerprint)),
  locked AS (
    SELECT given.*, r.attempt_count AS number, r.task_identifier, r.version
    FROM given JOIN run_snapshot s ON s.environment_id = given.environment_id AND s.run_id = given.run_id
      AND s.id = given.given_snapshot_id
    JOIN run r ON r.environment_id = given.environment_id AND r.id = given.run_id
    WHERE r.status = '${from}' AND r.attempt_count = s.attempt_number
    FOR UPDATE OF r SKIP LOCKED),
  moved AS (
    UPDATE run SET status = locked.status, snapshot_id = locked.snapshot_id, updated_at = $8, finished_at = $8,
      output = locked.output, output_type = locked.output_type, error = locked.error,
      error_fingerprint = locked.fingerprint,
      usage_ms = least(run.usage_ms::bigint + locked.usage_ms, 2147483647)
    FROM locked WHERE run.environment_id = locked.environment_id AND run.id = locked.run_id),
  handed AS (
    INSERT INTO error_outbox (at, environment_id, run_id, fingerprint, task_identifier, version)
    SELECT $8, environment_id, run_id, fingerprint, task_identifier, version FROM locked
    WHERE fingerprint IS NOT NULL),
  ended AS (
    UPDATE run_attempt SET finished_at = $8, answer = 'RUN_FINISHED', answer_snapshot_id = locked.snapshot_id,
      error = locked.error
    FROM locked WHERE run_attempt.environment_id = locked.environment_id AND run_attempt.run_id = locked.run_id
      AND run_attempt.number = locked.number),
  freed AS (
    DELETE FROM queue_item USING locked
    WHERE queue_item.environment_id = locked.environment_id AND queue_item.run_id = locked.run_id),
  told AS (
    INSERT INTO run_snapshot (environment_id, run_id, id, status, execution_status, description, created_at)
    SELECT environment_id, run_id, snapshot_id, status, 'FINISHED', description, $8 FROM locked)
  SELECT snapshot_id AS id, number FROM locked`;

/** Ends runs in their current attempts; null for each that is in another state, or is being changed. */
export async function finishTogether(pool: Pool, finishes: readonly Finish[]): Promise<(Finished | null)[]> {
  const tasks = await tasksOf(
    pool,
    finishes.filter(({ ok }) => !ok),
  );
  const now = new Date();
  const ends = finishes.map((finish) => endOf(finish, tasks.get(finish.runId), now));
  const { rows } = await pool.query<{ id: string; number: number }>({
    name: "engine-finish-together",
    text: FINISH,
    values: [
      finishes.map(({ environmentId }) => environmentId),
      finishes.map(({ runId }) => runId),
      finishes.map(({ snapshotId }) => snapshotId),
      ends.map(({ snapshot }) => snapshot.id),
      finishes.map((finish) => (finish.ok ? finish.output.text : null)),
      finishes.map((finish) => (finish.ok ? finish.output.type : null)),
      finishes.map(({ usageMs }) => Math.round(usageMs)),
      now,
      ends.map(({ snapshot }) => snapshot.status),
      ends.map(({ snapshot }) => snapshot.description),
      finishes.map((finish) => (finish.ok ? null : JSON.stringify(finish.failure))),
      ends.map(({ fingerprint }) => fingerprint),
    ],
  });
  const numbers = new Map(rows.map(({ id, number }) => [id, number]));
  return ends.map(({ snapshot }) => {
    const attemptNumber = numbers.get(snapshot.id);
    return attemptNumber === undefined ? null : { attemptNumber, snapshot };
  });
}

/** The snapshot that a run ends with, and what its failure is grouped by. */
function endOf(finish: Finish, taskIdentifier: string | undefined, createdAt: Date) {
  const status: RunStatus = finish.ok ? completed : statusOfFailure(finish.failure);
  if (!mayMove(from, status)) throw new Error(`A run cannot go from ${from} to ${status}.`);
  const description = finish.ok ? "The run completed" : `The run ended as ${status}`;
  const snapshot: RunSnapshot = {
    id: createId("snapshot"),
    status,
    executionStatus: "FINISHED",
    attemptNumber: null,
    description,
    createdAt,
  };
  if (finish.ok || taskIdentifier === undefined || !isFailure(status)) return { snapshot, fingerprint: null };
  const { environmentId, failure: error } = finish;
  return { snapshot, fingerprint: fingerprintOf({ environmentId, taskIdentifier, error }).fingerprint };
}

/** The tasks of runs, which never change; of a run that is not there, none. */
async function tasksOf(pool: Pool, runs: readonly RunKey[]): Promise<ReadonlyMap<string, string>> {
  if (runs.length === 0) return new Map();
  const { rows } = await pool.query<{ id: string; task: string }>({
    name: "engine-read-tasks",
    text: `SELECT r.id, r.task_identifier AS task FROM unnest($1::text[], $2::text[]) AS k (environment_id, id)
      JOIN run r ON r.environment_id = k.environment_id AND r.id = k.id`,
    values: [runs.map(({ environmentId }) => environmentId), runs.map(({ runId }) => runId)],
  });
  return new Map(rows.map(({ id, task }) => [id, task]));
}
