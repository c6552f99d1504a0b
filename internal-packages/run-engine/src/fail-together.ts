import { createId } from "@trigger.dev/core/ids";
import type { Statements } from "@trigger.dev/database";
import { countInPlaceSql } from "@trigger.dev/error-store";
import { fingerprintOf } from "@trigger.dev/errors";
import type { RunKey } from "./engine-context.js";
import type { Finished } from "./finish-together.js";
import { type RunFailure, statusOfFailure } from "./run-failure.js";
import type { RunSnapshot } from "./run-snapshot.js";
import { isFailure, mayMove } from "./run-state.js";

/** A worker says that a run failed for good, in the attempt that the snapshot is of. */
export type Fail = RunKey & { snapshotId: string; usageMs: number; failure: RunFailure };

const FROM = "EXECUTING";

/** By our clock, yet not before the transaction began: lists of errors rely on it. */
const AT = "greatest($6::timestamptz, date_trunc('milliseconds', now()))";

/**
 * As `finishTogether`, one statement for many runs, and, as in `moveRun`, each gets its fingerprint and becomes an
 * occurrence of its error: counted there and then, or handed over.
 */
const FAIL = `
  WITH given AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $7::run_status[], $8::text[],
        $9::jsonb[], $10::text[])
      AS g (environment_id, run_id, given_snapshot_id, snapshot_id, usage_ms, status, description, error, fingerprint)),
  locked AS (
    SELECT given.*, r.attempt_count AS number, r.task_identifier, r.version
    FROM given JOIN run_snapshot s ON s.environment_id = given.environment_id AND s.run_id = given.run_id
      AND s.id = given.given_snapshot_id
    JOIN run r ON r.environment_id = given.environment_id AND r.id = given.run_id
    WHERE r.status = '${FROM}' AND r.attempt_count = s.attempt_number
    FOR UPDATE OF r SKIP LOCKED),
  moved AS (
    UPDATE run SET status = locked.status, snapshot_id = locked.snapshot_id, updated_at = ${AT}, finished_at = ${AT},
      output = NULL, output_type = NULL, error = locked.error, error_fingerprint = locked.fingerprint,
      usage_ms = least(run.usage_ms::bigint + locked.usage_ms, 2147483647)
    FROM locked WHERE run.environment_id = locked.environment_id AND run.id = locked.run_id),
  ended AS (
    UPDATE run_attempt SET finished_at = ${AT}, answer = 'RUN_FINISHED', answer_snapshot_id = locked.snapshot_id,
      error = locked.error
    FROM locked WHERE run_attempt.environment_id = locked.environment_id AND run_attempt.run_id = locked.run_id
      AND run_attempt.number = locked.number),
  freed AS (
    DELETE FROM queue_item USING locked
    WHERE queue_item.environment_id = locked.environment_id AND queue_item.run_id = locked.run_id),
  told AS (
    INSERT INTO run_snapshot (environment_id, run_id, id, status, execution_status, description, created_at)
    SELECT environment_id, run_id, snapshot_id, status, 'FINISHED', description, ${AT} FROM locked),
  ${countInPlaceSql("locked", AT)}
  SELECT snapshot_id AS id, number, is_counted AS "isCounted", ${AT} AS at FROM failed`;

/** Ends runs as failed in their current attempts; null for each that is in another state, or is being changed. */
export async function failTogether(writer: Statements, fails: readonly Fail[]): Promise<(Finished | null)[]> {
  const tasks = await tasksOf(writer, fails);
  const now = new Date();
  // A run that is not there has no task, and is not found below either.
  const ends = fails.map((fail) => endOf(fail, tasks.get(fail.runId) ?? "", now));
  const { rows } = await writer.query<{ id: string; number: number; isCounted: boolean; at: Date }>({
    name: "engine-fail-together",
    text: FAIL,
    values: [
      fails.map(({ environmentId }) => environmentId),
      fails.map(({ runId }) => runId),
      fails.map(({ snapshotId }) => snapshotId),
      ends.map(({ snapshot }) => snapshot.id),
      fails.map(({ usageMs }) => Math.round(usageMs)),
      now,
      ends.map(({ snapshot }) => snapshot.status),
      ends.map(({ snapshot }) => snapshot.description),
      fails.map(({ failure }) => JSON.stringify(failure)),
      ends.map(({ fingerprint }) => fingerprint),
    ],
  });
  const found = new Map(rows.map((row) => [row.id, row]));
  return ends.map(({ snapshot }) => {
    const row = found.get(snapshot.id);
    if (row === undefined) return null;
    return { attemptNumber: row.number, snapshot: { ...snapshot, createdAt: row.at }, isCounted: row.isCounted };
  });
}

/** The snapshot that a run ends with, and what its failure is grouped by. */
function endOf({ environmentId, failure: error }: Fail, taskIdentifier: string, createdAt: Date) {
  const status = statusOfFailure(error);
  if (!isFailure(status) || !mayMove(FROM, status)) throw new Error(`A run cannot fail as ${status}.`);
  const snapshot: RunSnapshot = {
    id: createId("snapshot"),
    status,
    executionStatus: "FINISHED",
    attemptNumber: null,
    description: `The run ended as ${status}`,
    createdAt,
  };
  return { snapshot, fingerprint: fingerprintOf({ environmentId, taskIdentifier, error }).fingerprint };
}

/** The tasks of runs, which never change. */
async function tasksOf(writer: Statements, runs: readonly RunKey[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await writer.query<{ id: string; task: string }>({
    name: "engine-read-tasks",
    text: `SELECT r.id, r.task_identifier AS task FROM unnest($1::text[], $2::text[]) AS k (environment_id, id)
      JOIN run r ON r.environment_id = k.environment_id AND r.id = k.id`,
    values: [runs.map(({ environmentId }) => environmentId), runs.map(({ runId }) => runId)],
  });
  return new Map(rows.map(({ id, task }) => [id, task]));
}
