import type { RunStatus } from "@trigger.dev/core/v3";
import type { ExecutionStatus } from "./run-state.js";

/** One moment in the history of a run. */
export interface RunSnapshot {
  id: string;
  status: RunStatus;
  executionStatus: ExecutionStatus;
  /** The attempt under way; null outside of one. */
  attemptNumber: number | null;
  description: string;
  createdAt: Date;
}

export const SNAPSHOT_COLUMNS = `s.id, s.status, s.execution_status AS "executionStatus",
  s.attempt_number AS "attemptNumber", s.description, s.created_at AS "createdAt"`;
