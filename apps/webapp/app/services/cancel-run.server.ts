import { isId } from "@trigger.dev/core/ids";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import { cancelRun } from "@trigger.dev/run-engine";
import type { AppContext } from "../api/context.js";
import { notFound } from "../api/errors.js";

/**
 * Cancels one run of the caller's environment; one that is over stays what it is.
 * @throws AppError 404
 */
export async function cancelOneRun(
  { engine }: Pick<AppContext, "engine">,
  { environment }: EnvironmentAuthentication,
  runId: string,
): Promise<{ id: string }> {
  if (!isId("run", runId)) throw notFound("Run");
  const outcome = await cancelRun(engine, { environmentId: environment.id, runId }, "The run was cancelled");
  if (!outcome.ok) throw notFound("Run");
  return { id: runId };
}
