import { createId } from "@trigger.dev/core/ids";
import type { RunStatus } from "@trigger.dev/core/v3";
import { fingerprintOf } from "@trigger.dev/errors";
import type { PoolClient } from "pg";
import { failRunsSql } from "./fail-runs.js";
import type { RunFailure } from "./run-failure.js";
import type { LockedRun } from "./locked-run.js";
import type { RunSnapshot } from "./run-snapshot.js";
import { type ExecutionStatus, isFailure, isFinal, mayMove } from "./run-state.js";

/** A change of a run's state, and what comes with it. */
export interface Move {
  to: RunStatus;
  executionStatus: ExecutionStatus;
  description: string;
  /** The attempt that begins with it, or is under way. */
  attemptNumber?: number;
  output?: { text: string | null; type: string };
  failure?: RunFailure;
  usageMs?: number;
}

const MOVE = `
  WITH moved AS (
    UPDATE run SET status = $3::run_status, snapshot_id = $4, updated_at = $8,
      attempt_count = greatest(attempt_count, coalesce($6::integer, 0)),
      started_at = CASE WHEN $3 = 'EXECUTING' THEN coalesce(started_at, $8) ELSE started_at END,
      finished_at = CASE WHEN $9 THEN $8 ELSE finished_at END,
      output = $10, output_type = $11, error = $12::jsonb, usage_ms = least(usage_ms::bigint + $13, 2147483647)
    WHERE environment_id = $1 AND id = $2 RETURNING id)
  INSERT INTO run_snapshot (environment_id, run_id, id, status, execution_status, attempt_number, description, created_at)
  SELECT $1, id, $4, $3::run_status, $5, $6::integer, $7, $8 FROM moved`;

/** The end of a run that failed. The caller's transaction has more to do, with other runs perhaps, so it holds no group. */
const FAIL = `
  WITH locked AS (
    SELECT environment_id, id AS run_id, task_identifier, version, $3::run_status AS status, $4::text AS snapshot_id,
      $5::text AS description, $7::jsonb AS error, $8::bigint AS usage_ms, $9::text AS fingerprint
    FROM run WHERE environment_id = $1 AND id = $2),
  ${failRunsSql("locked", "$6::timestamptz")}
  SELECT 1`;

/**
 * Changes the state of a locked run and writes the snapshot of it, in the caller's transaction. A run that ends as
 * failed becomes an occurrence of its error there and then, whoever ends it.
 * @throws Error for a change that the table of transitions does not have, and for a failure without a reason
 */
export async function moveRun(client: PoolClient, run: LockedRun, change: Move): Promise<RunSnapshot> {
  if (!mayMove(run.status, change.to)) throw new Error(`A run cannot go from ${run.status} to ${change.to}.`);
  const { to, executionStatus, description, attemptNumber = null } = change;
  const id = createId("snapshot");
  const snapshot = { id, status: to, executionStatus, attemptNumber, description, createdAt: new Date() };
  await client.query(isFailure(to) ? failStatement(run, snapshot, change) : moveStatement(run, snapshot, change));
  return snapshot;
}

const moveStatement = (run: LockedRun, snapshot: RunSnapshot, { output, failure, usageMs = 0 }: Move) => ({
  name: "engine-move-run",
  text: MOVE,
  values: [
    run.environmentId,
    run.id,
    snapshot.status,
    snapshot.id,
    snapshot.executionStatus,
    snapshot.attemptNumber,
    snapshot.description,
    snapshot.createdAt,
    isFinal(snapshot.status),
    output?.text ?? null,
    output?.type ?? null,
    failure ? JSON.stringify(failure) : null,
    Math.round(usageMs),
  ],
});

const failStatement = (run: LockedRun, snapshot: RunSnapshot, { failure, usageMs = 0 }: Move) => ({
  name: "engine-fail-run",
  text: FAIL,
  values: [
    run.environmentId,
    run.id,
    snapshot.status,
    snapshot.id,
    snapshot.description,
    snapshot.createdAt,
    JSON.stringify(failure),
    Math.round(usageMs),
    fingerprintOfRun(run, failure),
  ],
});

function fingerprintOfRun({ environmentId, taskIdentifier }: LockedRun, failure: RunFailure | undefined): string {
  if (failure === undefined) throw new Error("A run that fails has a reason.");
  return fingerprintOf({ environmentId, taskIdentifier, error: failure }).fingerprint;
}
