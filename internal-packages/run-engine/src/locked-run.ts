import type { RunStatus } from "@trigger.dev/core/v3";
import type { PoolClient } from "pg";
import type { RunKey } from "./engine-context.js";

/** A run that nobody else changes until our transaction ends: whoever changes a run, or its place in the queue, locks it first. */
export interface LockedRun {
  environmentId: string;
  id: string;
  status: RunStatus;
  snapshotId: string | null;
  workerId: string | null;
  attemptCount: number;
  taskIdentifier: string;
  /** As its trigger said; null when it did not. */
  maxAttempts: number | null;
}

export const LOCKED_RUN_COLUMNS = `r.environment_id AS "environmentId", r.id, r.status, r.snapshot_id AS "snapshotId",
  r.worker_id AS "workerId", r.attempt_count AS "attemptCount", r.task_identifier AS "taskIdentifier",
  (r.options->>'maxAttempts')::integer AS "maxAttempts"`;

/** Waits for the run and locks it; null when it is not of this environment. */
export async function lockRun(client: PoolClient, { environmentId, runId }: RunKey): Promise<LockedRun | null> {
  const { rows } = await client.query<LockedRun>({
    name: "engine-lock-run",
    text: `SELECT ${LOCKED_RUN_COLUMNS} FROM run r WHERE r.environment_id = $1 AND r.id = $2 FOR UPDATE`,
    values: [environmentId, runId],
  });
  return rows[0] ?? null;
}
