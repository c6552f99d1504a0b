import { createId } from "@trigger.dev/core/ids";
import type { Statements } from "@trigger.dev/database";
import { fingerprintParts, fingerprintSql } from "@trigger.dev/errors";
import type { RunKey } from "./engine-context.js";
import { failRunsSql } from "./fail-runs.js";
import type { Finished } from "./finish-together.js";
import { type RunFailure, statusOfFailure } from "./run-failure.js";
import type { RunSnapshot } from "./run-snapshot.js";
import { isFailure, mayMove } from "./run-state.js";

/** A worker says that a run failed for good, in the attempt that the snapshot is of. */
export type Fail = RunKey & { snapshotId: string; usageMs: number; failure: RunFailure };

const FROM = "EXECUTING";

/** By our clock, yet not before the transaction began: lists of errors rely on it. */
const AT = "greatest($2::timestamptz, date_trunc('milliseconds', now()))";

const FINGERPRINT = fingerprintSql({ before: "given.before_task", after: "given.after_task" }, "r.task_identifier");

/**
 * As `finishTogether`, one statement for many runs; the fingerprint is made where the task is known. Its attempt does not
 * repeat what the run says of its error. The runs are one JSON text: stack traces in arrays would be escaped twice.
 */
const FAIL = `
  WITH given AS (
    SELECT * FROM json_to_recordset($1::json) AS g (environment_id text, run_id text, given_snapshot_id text,
      snapshot_id text, usage_ms bigint, status run_status, description text, error jsonb, before_task text,
      after_task text)),
  locked AS (
    SELECT given.environment_id, given.run_id, given.snapshot_id, given.usage_ms, given.status, given.description,
      given.error, ${FINGERPRINT} AS fingerprint, r.attempt_count AS number, r.task_identifier, r.version
    FROM given JOIN run_snapshot s ON s.environment_id = given.environment_id AND s.run_id = given.run_id
      AND s.id = given.given_snapshot_id
    JOIN run r ON r.environment_id = given.environment_id AND r.id = given.run_id
    WHERE r.status::text = '${FROM}' AND r.attempt_count = s.attempt_number
    FOR UPDATE OF r SKIP LOCKED),
  ended AS (
    UPDATE run_attempt SET finished_at = ${AT}, answer = 'RUN_FINISHED', answer_snapshot_id = locked.snapshot_id
    FROM locked WHERE run_attempt.environment_id = locked.environment_id AND run_attempt.run_id = locked.run_id
      AND run_attempt.number = locked.number),
  freed AS (
    DELETE FROM queue_item USING locked
    WHERE queue_item.environment_id = locked.environment_id AND queue_item.run_id = locked.run_id),
  ${failRunsSql("locked", AT, "in place")}
  SELECT snapshot_id AS id, number, is_counted AS "isCounted", ${AT} AS at FROM failed`;

/** Ends runs as failed in their current attempts; null for each that is in another state, or is being changed. */
export async function failTogether(writer: Statements, fails: readonly Fail[]): Promise<(Finished | null)[]> {
  const now = new Date();
  const ends = fails.map((fail) => ({ fail, snapshot: snapshotOf(fail.failure, now) }));
  const { rows } = await writer.query<{ id: string; number: number; isCounted: boolean; at: Date }>({
    name: "engine-fail-together",
    text: FAIL,
    values: [JSON.stringify(ends.map(rowOf)), now],
  });
  const found = new Map(rows.map((row) => [row.id, row]));
  return ends.map(({ snapshot }) => {
    const row = found.get(snapshot.id);
    if (row === undefined) return null;
    return { attemptNumber: row.number, snapshot: { ...snapshot, createdAt: row.at }, isCounted: row.isCounted };
  });
}

function rowOf({ fail, snapshot }: { fail: Fail; snapshot: RunSnapshot }) {
  const { environmentId, failure: error } = fail;
  const { before, after } = fingerprintParts({ environmentId, error });
  return {
    environment_id: environmentId,
    run_id: fail.runId,
    given_snapshot_id: fail.snapshotId,
    snapshot_id: snapshot.id,
    usage_ms: Math.round(fail.usageMs),
    status: snapshot.status,
    description: snapshot.description,
    error,
    before_task: before,
    after_task: after,
  };
}

function snapshotOf(failure: RunFailure, createdAt: Date): RunSnapshot {
  const status = statusOfFailure(failure);
  if (!isFailure(status) || !mayMove(FROM, status)) throw new Error(`A run cannot fail as ${status}.`);
  return {
    id: createId("snapshot"),
    status,
    executionStatus: "FINISHED",
    attemptNumber: null,
    description: `The run ended as ${status}`,
    createdAt,
  };
}
