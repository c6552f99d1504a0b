import type { PoolClient } from "pg";
import type { LockedRun } from "./locked-run.js";
import type { RunFailure } from "./run-failure.js";

/** The end of an attempt. Without an answer it was given up, and nothing more is taken of it. */
export interface AttemptEnd {
  number: number;
  answer: string | null;
  answerSnapshotId: string | null;
  failure: RunFailure | null;
}

const END = `
  UPDATE run_attempt SET finished_at = now(), answer = $4, answer_snapshot_id = $5, error = $6::jsonb
  WHERE environment_id = $1 AND run_id = $2 AND number = $3 AND finished_at IS NULL`;

/** Writes down how an attempt of a locked run ended. */
export async function endAttempt(client: PoolClient, run: LockedRun, end: AttemptEnd): Promise<void> {
  await client.query({
    name: "engine-end-attempt",
    text: END,
    values: [
      run.environmentId,
      run.id,
      end.number,
      end.answer,
      end.answerSnapshotId,
      end.failure ? JSON.stringify(end.failure) : null,
    ],
  });
}
