import { inTransaction } from "@trigger.dev/database";
import type { EngineContext, RunKey } from "./engine-context.js";
import { lockRun } from "./locked-run.js";
import { moveRun } from "./move-run.js";
import { type Outcome, refused } from "./refusal.js";
import type { RunSnapshot } from "./run-snapshot.js";

const INSERT_ATTEMPT = `
  WITH attempt AS (
    INSERT INTO run_attempt (environment_id, run_id, number, worker_id, started_at) VALUES ($1, $2, $3, $4, $5))
  UPDATE queue_item SET deadline_at = $6, expires_at = NULL WHERE environment_id = $1 AND run_id = $2`;

/**
 * Begins the next attempt of a run that its worker has. Refused unless the run is still as the worker was told:
 * a run that went back to the queue, or was cancelled, is not its any more.
 */
export async function startAttempt(
  { pool, settings, together }: EngineContext,
  { snapshotId, ...key }: RunKey & { snapshotId: string },
): Promise<Outcome<{ snapshot: RunSnapshot; attemptNumber: number }>> {
  const started = await together.start({ ...key, snapshotId });
  if (started !== null) return { ok: true, ...started };
  return inTransaction(pool, async (client) => {
    const run = await lockRun(client, key);
    if (run === null) return refused("run_not_found");
    if (run.snapshotId !== snapshotId || run.status !== "DEQUEUED" || run.workerId === null)
      return refused("not_current");
    const attemptNumber = run.attemptCount + 1;
    const snapshot = await moveRun(client, run, {
      to: "EXECUTING",
      executionStatus: "EXECUTING",
      description: `Attempt ${attemptNumber} started`,
      attemptNumber,
    });
    await client.query({
      name: "engine-start-attempt",
      text: INSERT_ATTEMPT,
      values: [
        run.environmentId,
        run.id,
        attemptNumber,
        run.workerId,
        snapshot.createdAt,
        new Date(snapshot.createdAt.getTime() + settings.leaseMs),
      ],
    });
    return { ok: true, snapshot, attemptNumber };
  });
}
