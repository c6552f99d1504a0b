import { createId } from "@trigger.dev/core/ids";
import type { Statements } from "@trigger.dev/database";
import type { EngineSettings, RunKey } from "./engine-context.js";
import type { RunSnapshot } from "./run-snapshot.js";
import { transition } from "./run-state.js";

/** A worker begins the next attempt of a run, as the snapshot that it was given says. */
export type Start = RunKey & { snapshotId: string };

/** An attempt that has begun. */
export interface Started {
  snapshot: RunSnapshot;
  attemptNumber: number;
}

const { from, to } = transition("DEQUEUED", "EXECUTING");

/**
 * One statement, so one transaction for each run and its snapshot, attempt and lease. What somebody else is changing is
 * left out, and what is not as the worker was told: `FOR UPDATE` looks at the newest row.
 */
const START = `
  WITH given AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
      AS g (environment_id, run_id, given_snapshot_id, snapshot_id)),
  locked AS (
    SELECT given.*, r.attempt_count + 1 AS number, r.worker_id
    FROM given JOIN run r ON r.environment_id = given.environment_id AND r.id = given.run_id
    WHERE r.snapshot_id = given.given_snapshot_id AND r.status::text = '${from}' AND r.worker_id IS NOT NULL
    FOR UPDATE OF r SKIP LOCKED),
  moved AS (
    UPDATE run SET status = '${to}', snapshot_id = locked.snapshot_id, updated_at = $5, attempt_count = locked.number,
      started_at = coalesce(started_at, $5)
    FROM locked WHERE run.environment_id = locked.environment_id AND run.id = locked.run_id),
  attempted AS (
    INSERT INTO run_attempt (environment_id, run_id, number, worker_id, started_at)
    SELECT environment_id, run_id, number, worker_id, $5 FROM locked),
  held AS (
    UPDATE queue_item SET deadline_at = $6, expires_at = NULL
    FROM locked WHERE queue_item.environment_id = locked.environment_id AND queue_item.run_id = locked.run_id)
  INSERT INTO run_snapshot (environment_id, run_id, id, status, execution_status, attempt_number, description, created_at)
  SELECT environment_id, run_id, snapshot_id, '${to}', 'EXECUTING', number, 'Attempt ' || number || ' started', $5
  FROM locked
  RETURNING id, status, execution_status AS "executionStatus", attempt_number AS "attemptNumber", description,
    created_at AS "createdAt"`;

/** Begins the attempts of runs that are as their workers were told; null for each that is not, or is being changed. */
export async function startTogether(
  writer: Statements,
  { leaseMs }: EngineSettings,
  starts: readonly Start[],
): Promise<(Started | null)[]> {
  const now = new Date();
  const ids = starts.map(() => createId("snapshot"));
  const { rows } = await writer.query<RunSnapshot & { attemptNumber: number }>({
    name: "engine-start-together",
    text: START,
    values: [
      starts.map(({ environmentId }) => environmentId),
      starts.map(({ runId }) => runId),
      starts.map(({ snapshotId }) => snapshotId),
      ids,
      now,
      new Date(now.getTime() + leaseMs),
    ],
  });
  const snapshots = new Map(rows.map((snapshot) => [snapshot.id, snapshot]));
  return ids.map((id) => {
    const snapshot = snapshots.get(id);
    return snapshot === undefined ? null : { snapshot, attemptNumber: snapshot.attemptNumber };
  });
}
