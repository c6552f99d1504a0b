import { createId } from "@trigger.dev/core/ids";
import type { Statements } from "@trigger.dev/database";
import type { RunKey } from "./engine-context.js";
import type { RunSnapshot } from "./run-snapshot.js";
import { transition } from "./run-state.js";

/** A worker has completed a run in the attempt that the snapshot is of. */
export type Finish = RunKey & { snapshotId: string; usageMs: number; output: { text: string | null; type: string } };

/** A run that has ended. */
export interface Finished {
  snapshot: RunSnapshot;
  attemptNumber: number;
}

const { from, to } = transition("EXECUTING", "COMPLETED");

/**
 * One statement, so one transaction for each run and its snapshot, its attempt's end and its place in the queue. What
 * somebody else is changing is left out, and every attempt but the current one: `FOR UPDATE` looks at the newest row.
 */
const FINISH = `
  WITH given AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[])
      AS g (environment_id, run_id, given_snapshot_id, snapshot_id, output, output_type, usage_ms)),
  locked AS (
    SELECT given.*, r.attempt_count AS number
    FROM given JOIN run_snapshot s ON s.environment_id = given.environment_id AND s.run_id = given.run_id
      AND s.id = given.given_snapshot_id
    JOIN run r ON r.environment_id = given.environment_id AND r.id = given.run_id
    WHERE r.status::text = '${from}' AND r.attempt_count = s.attempt_number
    FOR UPDATE OF r SKIP LOCKED),
  moved AS (
    UPDATE run SET status = '${to}', snapshot_id = locked.snapshot_id, updated_at = $8, finished_at = $8,
      output = locked.output, output_type = locked.output_type, error = NULL,
      usage_ms = least(run.usage_ms::bigint + locked.usage_ms, 2147483647)
    FROM locked WHERE run.environment_id = locked.environment_id AND run.id = locked.run_id),
  ended AS (
    UPDATE run_attempt SET finished_at = $8, answer = 'RUN_FINISHED', answer_snapshot_id = locked.snapshot_id
    FROM locked WHERE run_attempt.environment_id = locked.environment_id AND run_attempt.run_id = locked.run_id
      AND run_attempt.number = locked.number),
  freed AS (
    DELETE FROM queue_item USING locked
    WHERE queue_item.environment_id = locked.environment_id AND queue_item.run_id = locked.run_id),
  told AS (
    INSERT INTO run_snapshot (environment_id, run_id, id, status, execution_status, description, created_at)
    SELECT environment_id, run_id, snapshot_id, '${to}', 'FINISHED', $9, $8 FROM locked)
  SELECT snapshot_id AS id, number FROM locked`;

const DESCRIPTION = "The run completed";

/** Completes runs in their current attempts; null for each that is in another state, or is being changed. */
export async function finishTogether(writer: Statements, finishes: readonly Finish[]): Promise<(Finished | null)[]> {
  const now = new Date();
  const ids = finishes.map(() => createId("snapshot"));
  const { rows } = await writer.query<{ id: string; number: number }>({
    name: "engine-finish-together",
    text: FINISH,
    values: [
      finishes.map(({ environmentId }) => environmentId),
      finishes.map(({ runId }) => runId),
      finishes.map(({ snapshotId }) => snapshotId),
      ids,
      finishes.map(({ output }) => output.text),
      finishes.map(({ output }) => output.type),
      finishes.map(({ usageMs }) => Math.round(usageMs)),
      now,
      DESCRIPTION,
    ],
  });
  const numbers = new Map(rows.map(({ id, number }) => [id, number]));
  return ids.map((id) => {
    const attemptNumber = numbers.get(id);
    return attemptNumber === undefined ? null : { attemptNumber, snapshot: snapshotOf(id, now) };
  });
}

const snapshotOf = (id: string, createdAt: Date): RunSnapshot => ({
  id,
  status: to,
  executionStatus: "FINISHED",
  attemptNumber: null,
  description: DESCRIPTION,
  createdAt,
});
