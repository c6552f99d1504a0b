import { inTransaction } from "@trigger.dev/database";
import type { EngineContext, RunKey } from "./engine-context.js";
import { lockRun } from "./locked-run.js";
import { moveRun } from "./move-run.js";
import { waitInQueue } from "./queue-place.js";
import { type Outcome, refused } from "./refusal.js";

/** What is left of its lifetime stays, from the new time on. */
const MOVE_EXPIRY = `
  UPDATE queue_item i SET expires_at = i.expires_at + ($3::timestamptz - r.delay_until) FROM run r
  WHERE i.environment_id = $1 AND i.run_id = $2 AND r.environment_id = $1 AND r.id = $2 AND i.expires_at IS NOT NULL`;

/** Gives a run that waits for its time another one. Refused for a run whose time has come. */
export async function rescheduleRun(
  { pool }: Pick<EngineContext, "pool">,
  key: RunKey,
  at: Date,
): Promise<Outcome<object>> {
  return inTransaction(pool, async (client) => {
    const run = await lockRun(client, key);
    if (run === null) return refused("run_not_found");
    if (run.status !== "DELAYED") return refused("not_current");
    const description = "The run was given another time";
    await moveRun(client, run, { to: "DELAYED", executionStatus: "DELAYED", description });
    await client.query(MOVE_EXPIRY, [run.environmentId, run.id, at]);
    await waitInQueue(client, run, { state: "DELAYED", readyAt: at });
    await client.query("UPDATE run SET delay_until = $3 WHERE environment_id = $1 AND id = $2", [
      run.environmentId,
      run.id,
      at,
    ]);
    return { ok: true };
  });
}
