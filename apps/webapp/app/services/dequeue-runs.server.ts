import type { DequeueRequestBody } from "@trigger.dev/core/v3";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import { dequeue } from "@trigger.dev/run-engine";
import type { AppContext } from "../api/context.js";
import { notFound } from "../api/errors.js";
import { MACHINE, snapshotMessage, traceContextOf } from "./worker-messages.js";

/** What a worker gets at once; it asks again at once when it has room. */
const MOST_AT_ONCE = 10;

/**
 * Hands the next runs of the caller's environment to its worker.
 * @throws AppError 404 for a worker that this environment does not have
 */
export async function dequeueRuns(
  { engine }: Pick<AppContext, "engine">,
  { environment, organization, project }: EnvironmentAuthentication,
  { currentWorker }: DequeueRequestBody,
) {
  const most = MOST_AT_ONCE;
  const dequeued = await dequeue(engine, { environmentId: environment.id, workerId: currentWorker, most });
  if (dequeued === null) throw notFound("Worker");
  const { worker, runs } = dequeued;
  return {
    dequeuedMessages: runs.map((run) => ({
      version: "1",
      snapshot: snapshotMessage(run.snapshot),
      dequeuedAt: run.snapshot.createdAt,
      completedWaitpoints: [],
      backgroundWorker: { id: worker.id, friendlyId: worker.id, version: worker.version },
      deployment: {},
      run: {
        id: run.runId,
        friendlyId: run.runId,
        isTest: run.isTest,
        machine: MACHINE,
        attemptNumber: run.attemptCount,
        masterQueue: "main",
        traceContext: traceContextOf(run.runId),
      },
      environment: { id: environment.id, type: environment.type },
      organization: { id: organization.id },
      project: { id: project.id },
    })),
  };
}
