import { isId } from "@trigger.dev/core/ids";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import { keepAlive, latestSnapshot } from "@trigger.dev/run-engine";
import type { AppContext } from "../api/context.js";
import { snapshotMessage } from "./worker-messages.js";
import { workerRefusal } from "./worker-refusal.js";

/**
 * What a worker asks every few seconds about each of its runs; asking is a sign of life.
 * @throws AppError 404
 */
export async function readLatestSnapshot(
  { engine }: Pick<AppContext, "engine">,
  { environment }: EnvironmentAuthentication,
  runId: string,
) {
  const key = { environmentId: environment.id, runId };
  const latest = isId("run", runId) ? await latestSnapshot(engine, key) : null;
  if (latest === null) throw workerRefusal("run_not_found");
  await keepAlive(engine, key);
  return {
    execution: {
      version: "1",
      snapshot: snapshotMessage(latest),
      run: { id: runId, friendlyId: runId, status: latest.status, attemptNumber: latest.attemptCount },
      completedWaitpoints: [],
    },
  };
}
