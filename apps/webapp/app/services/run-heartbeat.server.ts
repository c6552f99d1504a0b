import { isId } from "@trigger.dev/core/ids";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import { keepAlive, latestSnapshot } from "@trigger.dev/run-engine";
import type { AppContext } from "../api/context.js";
import { workerRefusal } from "./worker-refusal.js";

/**
 * Renews a worker's lease on a run; what it says of a state that is past renews nothing.
 * @throws AppError 404
 */
export async function runHeartbeat(
  { engine }: Pick<AppContext, "engine">,
  { environment }: EnvironmentAuthentication,
  { runId, snapshotId }: { runId: string; snapshotId: string },
): Promise<{ ok: true }> {
  const key = { environmentId: environment.id, runId };
  const latest = isId("run", runId) ? await latestSnapshot(engine, key) : null;
  if (latest === null) throw workerRefusal("run_not_found");
  if (latest.id === snapshotId) await keepAlive(engine, key);
  return { ok: true };
}
