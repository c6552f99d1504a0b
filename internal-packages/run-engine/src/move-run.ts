import { createId } from "@trigger.dev/core/ids";
import type { RunStatus } from "@trigger.dev/core/v3";
import type { PoolClient } from "pg";
import type { RunFailure } from "./run-failure.js";
import type { LockedRun } from "./locked-run.js";
import type { RunSnapshot } from "./run-snapshot.js";
import { isFinal, mayMove, type ExecutionStatus } from "./run-state.js";

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

/**
 * Changes the state of a locked run and writes the snapshot of it, in the caller's transaction.
 * @throws Error for a change that the table of transitions does not have
 */
export async function moveRun(client: PoolClient, run: LockedRun, move: Move): Promise<RunSnapshot> {
  if (!mayMove(run.status, move.to)) throw new Error(`A run cannot go from ${run.status} to ${move.to}.`);
  const { to, executionStatus, description, attemptNumber = null, output, failure, usageMs = 0 } = move;
  const snapshot = {
    id: createId("snapshot"),
    status: to,
    executionStatus,
    attemptNumber,
    description,
    createdAt: new Date(),
  };
  await client.query({
    name: "engine-move-run",
    text: MOVE,
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
    ],
  });
  return snapshot;
}
