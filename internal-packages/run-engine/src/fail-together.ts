import { createId } from "@trigger.dev/core/ids";
import type { RunStatus } from "@trigger.dev/core/v3";
import type { Statements } from "@trigger.dev/database";
import { type DigestParts, fingerprintParts, fingerprintSql } from "@trigger.dev/errors";
import type { RunKey } from "./engine-context.js";
import { failRunsSql } from "./fail-runs.js";
import type { Finished } from "./finish-together.js";
import { type RunFailure, statusOfFailure } from "./run-failure.js";
import type { RunSnapshot } from "./run-snapshot.js";
import { isFailure, mayMove } from "./run-state.js";

/** A worker says that a run failed for good, in the attempt that the snapshot is of. */
export type Fail = RunKey & { snapshotId: string; usageMs: number; failure: RunFailure };

/** The same in the words of the statement. */
export type PreparedFail = Omit<Fail, "failure"> & {
  newSnapshotId: string;
  status: RunStatus;
  /** As JSON. */
  error: string;
  fingerprint: DigestParts;
};

const FROM = "EXECUTING";

/** By our clock, yet not before the transaction began: lists of errors rely on it. */
const AT = "greatest($10::timestamptz, date_trunc('milliseconds', now()))";

const DESCRIPTION = "The run ended as ";

const FINGERPRINT = fingerprintSql({ before: "given.before_task", after: "given.after_task" }, "r.task_identifier");

/** What JSON holds only escaped: its texts go over side by side in one, as in an array stack traces would be escaped twice. */
const SEPARATOR = "\u001f";
const texts = (parameter: string) => `string_to_array(${parameter}, chr(${SEPARATOR.charCodeAt(0)}))`;

/**
 * As `finishTogether`, one statement for many runs; the fingerprint is made where the task is known. Its attempt does not
 * repeat what the run says of its error.
 */
const FAIL = `
  WITH given AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::run_status[], ${texts("$7")},
      ${texts("$8")}, ${texts("$9")})
      AS g (environment_id, run_id, given_snapshot_id, snapshot_id, usage_ms, status, error, before_task, after_task)),
  locked AS (
    SELECT given.environment_id, given.run_id, given.snapshot_id, given.usage_ms, given.status,
      '${DESCRIPTION}' || given.status::text AS description, given.error::jsonb AS error,
      ${FINGERPRINT} AS fingerprint, r.attempt_count AS number, r.task_identifier, r.version
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
  ${failRunsSql("locked", AT)}
  SELECT snapshot_id AS id, number, (extract(epoch FROM ${AT}) * 1000)::float8 AS "atMs" FROM locked`;

/** What can be done before the run's turn comes. */
export function prepareFail({ failure, ...fail }: Fail): PreparedFail {
  const status = statusOfFailure(failure);
  if (!isFailure(status) || !mayMove(FROM, status)) throw new Error(`A run cannot fail as ${status}.`);
  const fingerprint = fingerprintParts({ environmentId: fail.environmentId, error: failure });
  return { ...fail, newSnapshotId: createId("snapshot"), status, error: JSON.stringify(failure), fingerprint };
}

/** Ends runs as failed in their current attempts; null for each that is in another state, or is being changed. */
export async function failTogether(writer: Statements, fails: readonly PreparedFail[]): Promise<(Finished | null)[]> {
  const { rows } = await writer.query<{ id: string; number: number; atMs: number }>({
    name: "engine-fail-together",
    text: FAIL,
    values: [
      fails.map(({ environmentId }) => environmentId),
      fails.map(({ runId }) => runId),
      fails.map(({ snapshotId }) => snapshotId),
      fails.map(({ newSnapshotId }) => newSnapshotId),
      fails.map(({ usageMs }) => Math.round(usageMs)),
      fails.map(({ status }) => status),
      fails.map(({ error }) => error).join(SEPARATOR),
      fails.map(({ fingerprint }) => fingerprint.before).join(SEPARATOR),
      fails.map(({ fingerprint }) => fingerprint.after).join(SEPARATOR),
      new Date(),
    ],
  });
  const found = new Map(rows.map((row) => [row.id, row]));
  return fails.map(({ newSnapshotId, status }) => {
    const row = found.get(newSnapshotId);
    if (row === undefined) return null;
    const { number: attemptNumber, atMs } = row;
    return { attemptNumber, snapshot: snapshotOf(newSnapshotId, status, new Date(atMs)) };
  });
}

const snapshotOf = (id: string, status: RunStatus, createdAt: Date): RunSnapshot => ({
  id,
  status,
  executionStatus: "FINISHED",
  attemptNumber: null,
  description: `${DESCRIPTION}${status}`,
  createdAt,
});
