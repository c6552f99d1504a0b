import type { RescheduleRunRequestBody, RetrieveRunResponseBody, RunIdResponseBody } from "@trigger.dev/core/v3";
import { isId } from "@trigger.dev/core/ids";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import { rescheduleRun } from "@trigger.dev/run-engine";
import type { AppContext } from "../api/context.js";
import { AppError, notFound } from "../api/errors.js";
import { momentFrom } from "./moment.js";
import { retrieveRun } from "./retrieve-run.server.js";
import { createRunReader } from "./run-reader.server.js";

/**
 * Gives a delayed run of the caller's environment another time; answers it to who may read it, its id to others.
 * @throws AppError 404; 400 for a delay that is none; 409 for a run that waits for no time
 */
export async function rescheduleOneRun(
  context: Pick<AppContext, "engine" | "pool">,
  caller: EnvironmentAuthentication,
  { runId, delay }: RescheduleRunRequestBody & { runId: string },
): Promise<RetrieveRunResponseBody | RunIdResponseBody> {
  const at = momentFrom(delay, new Date(), "body.delay");
  if (!isId("run", runId)) throw notFound("Run");
  const outcome = await rescheduleRun(context.engine, { environmentId: caller.environment.id, runId }, at);
  if (!outcome.ok && outcome.reason === "run_not_found") throw notFound("Run");
  if (!outcome.ok) {
    throw new AppError("conflict", "Only a run that is delayed can be rescheduled; this one is not.", {
      // The published clients repeat a 409 otherwise.
      headers: { "x-should-retry": "false" },
    });
  }
  const mayRead = await createRunReader(context.pool, caller, runId);
  return mayRead() ? retrieveRun(context, caller, runId) : { id: runId };
}
