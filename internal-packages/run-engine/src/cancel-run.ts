import type { RunStatus } from "@trigger.dev/core/v3";
import type { PoolClient } from "pg";
import type { EngineContext, RunKey } from "./engine-context.js";
import { type LockedRun, lockRun } from "./locked-run.js";
import { moveRun } from "./move-run.js";
import { leaveQueue, waitInQueue } from "./queue-place.js";
import { type Outcome, refused } from "./refusal.js";
import { notifyRun } from "./run-notifications.js";
import { isFinal } from "./run-state.js";
import { inTransaction } from "@trigger.dev/database";

/**
 * Cancels a run, for good and at once: whatever its worker still answers changes nothing. One that is under way is
 * told, and keeps its slot until it answered or is silent. A run that is over stays what it is.
 */
export async function cancelRun(
  context: EngineContext,
  key: RunKey,
  reason: string,
): Promise<Outcome<{ status: RunStatus }>> {
  return inTransaction(context.pool, async (client) => {
    const run = await lockRun(client, key);
    if (run === null) return refused("run_not_found");
    if (isFinal(run.status)) return { ok: true, status: run.status };
    await cancelLocked(client, run, { reason, leaseMs: context.settings.leaseMs });
    return { ok: true, status: "CANCELED" };
  });
}

async function cancelLocked(
  client: PoolClient,
  run: LockedRun,
  { reason, leaseMs }: { reason: string; leaseMs: number },
): Promise<void> {
  const executing = run.status === "EXECUTING" || run.status === "WAITING";
  await moveRun(client, run, {
    to: "CANCELED",
    executionStatus: executing ? "PENDING_CANCEL" : "FINISHED",
    description: reason,
    ...(executing ? { attemptNumber: run.attemptCount } : {}),
  });
  if (executing) await waitInQueue(client, run, { state: "RUNNING", deadlineAt: new Date(Date.now() + leaseMs) });
  else await leaveQueue(client, run);
  await notifyRun(client, run);
}
