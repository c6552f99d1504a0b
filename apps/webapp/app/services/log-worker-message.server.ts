import { isId } from "@trigger.dev/core/ids";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import { latestSnapshot } from "@trigger.dev/run-engine";
import type { AppContext } from "../api/context.js";
import { workerRefusal } from "./worker-refusal.js";

/**
 * Logs what a worker says of a run of its environment.
 * @throws AppError 404
 */
export async function logWorkerMessage(
  { engine, log }: Pick<AppContext, "engine" | "log">,
  { environment }: EnvironmentAuthentication,
  { runId, message = "" }: { runId: string; message: string | undefined },
): Promise<void> {
  const key = { environmentId: environment.id, runId };
  if (!isId("run", runId) || (await latestSnapshot(engine, key)) === null) throw workerRefusal("run_not_found");
  log.debug({ ...key, message }, "a worker says");
}
