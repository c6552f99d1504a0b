import { isId } from "@trigger.dev/core/ids";
import type { DisconnectRequestBody } from "@trigger.dev/core/v3";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import { cancelRun, latestSnapshot } from "@trigger.dev/run-engine";
import type { AppContext } from "../api/context.js";

/** Cancels what a worker that is gone had under way, of its own environment. Answers how many runs that were. */
export async function disconnectWorker(
  { engine }: Pick<AppContext, "engine">,
  { environment }: EnvironmentAuthentication,
  { runFriendlyIds }: DisconnectRequestBody,
): Promise<{ cancelled: number }> {
  let cancelled = 0;
  for (const runId of new Set(runFriendlyIds)) {
    const key = { environmentId: environment.id, runId };
    if (!isId("run", runId)) continue;
    const before = await latestSnapshot(engine, key);
    if (before?.status !== "DEQUEUED" && before?.status !== "EXECUTING") continue;
    const outcome = await cancelRun(engine, key, "The dev worker disconnected");
    if (outcome.ok && outcome.status === "CANCELED") cancelled += 1;
  }
  return { cancelled };
}
