import { createId } from "@trigger.dev/core/ids";
import type { RunStatus } from "@trigger.dev/core/v3";
import { fingerprintOf } from "@trigger.dev/errors";
import type { PoolClient } from "pg";
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

const moveSql = ({ set, handOver }: { set: string; handOver: string }) => `
  WITH moved AS (
    UPDATE run SET ${set} status = $3::run_status, snapshot_id = $4, updated_at = $8,
      attempt_count = greatest(attempt_count, coalesce($6::integer, 0)),
      started_at = CASE WHEN $3 = 'EXECUTING' THEN coalesce(started_at, $8) ELSE started_at END,
      finished_at = CASE WHEN $9 THEN $8 ELSE finished_at END,
      output = $10, output_type = $11, error = $12::jsonb, usage_ms = least(usage_ms::bigint + $13, 2147483647)
    WHERE environment_id = $1 AND id = $2 RETURNING id, task_identifier, version)${handOver}
  INSERT INTO run_snapshot (environment_id, run_id, id, status, execution_status, attempt_number, description, created_at)
  SELECT $1, id, $4, $3::run_status, $5, $6::integer, $7, $8 FROM moved`;

const MOVE = moveSql({ set: "", handOver: "" });

/** The end of a run that failed: stored with its fingerprint, and handed over to be counted. */
const FAIL = moveSql({
  set: "error_fingerprint = $14,",
  handOver: `,
  handed AS (
    INSERT INTO error_outbox (at, environment_id, run_id, fingerprint, task_identifier, version)
    SELECT $8, $1, id, $14, task_identifier, version FROM moved)`,
});

/**
 * Changes the state of a locked run and writes the snapshot of it, in the caller's transaction. A run that ends as
 * failed becomes an occurrence of its error there and then, whoever ends it.
 * @throws Error for a change that the table of transitions does not have, and for a failure without a reason
 */
export async function moveRun(client: PoolClient, run: LockedRun, change: Move): Promise<RunSnapshot> {
  if (!mayMove(run.status, change.to)) throw new Error(`A run cannot go from ${run.status} to ${change.to}.`);
  const { to, executionStatus, description, attemptNumber = null, output, failure, usageMs = 0 } = change;
  const snapshot = {
    id: createId("snapshot"),
    status: to,
    executionStatus,
    attemptNumber,
    description,
    createdAt: new Date(),
  };
  const fingerprint = isFailure(to) ? fingerprintOfRun(run, failure) : null;
  await client.query({
    name: fingerprint === null ? "engine-move-run" : "engine-fail-run",
    text: fingerprint === null ? MOVE : FAIL,
    values: [
      run.environmentId,
      run.id,
      to,
      snapshot.id,
      executionStatus,
      attemptNumber,
      description,
      snapshot.createdAt,
      isFinal(to),
      output?.text ?? null,
      output?.type ?? null,
      failure ? JSON.stringify(failure) : null,
      Math.round(usageMs),
      ...(fingerprint === null ? [] : [fingerprint]),
    ],
  });
  return snapshot;
}

function fingerprintOfRun({ environmentId, taskIdentifier }: LockedRun, failure: RunFailure | undefined): string {
  if (failure === undefined) throw new Error("A run that fails has a reason.");
  return fingerprintOf({ environmentId, taskIdentifier, error: failure }).fingerprint;
}
