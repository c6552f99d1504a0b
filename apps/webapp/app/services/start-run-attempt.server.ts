import { isId } from "@trigger.dev/core/ids";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import { type Execution, readExecution, startAttempt } from "@trigger.dev/run-engine";
import type { AppContext } from "../api/context.js";
import { environmentVariablesToRunWith } from "./environment-variables.server.js";
import { MACHINE, snapshotMessage, traceContextOf } from "./worker-messages.js";
import { telemetryVariables } from "./telemetry-variables.server.js";
import { workerRefusal } from "./worker-refusal.js";

/**
 * Begins the next attempt of a run, and answers all that its worker needs to execute it.
 * @throws AppError 404, or 409 when the run is not the worker's any more
 */
export async function startRunAttempt(
  context: AppContext,
  caller: EnvironmentAuthentication,
  { runId, snapshotId }: { runId: string; snapshotId: string },
) {
  const { environment } = caller;
  const key = { environmentId: environment.id, runId };
  if (!isId("run", runId)) throw workerRefusal("run_not_found");
  // Read first: what cannot be decrypted must not leave a run behind that was started and has no worker.
  const variables = await environmentVariablesToRunWith(context, environment);
  const started = await startAttempt(context.engine, { ...key, snapshotId });
  if (!started.ok) throw workerRefusal(started.reason);
  const execution = await readExecution(context.engine, key);
  if (execution === null) throw workerRefusal("run_not_found");
  const { snapshot, attemptNumber } = started;
  const { workerId } = execution;
  return {
    snapshot: snapshotMessage(snapshot),
    run: {
      id: runId,
      friendlyId: runId,
      status: "EXECUTING",
      attemptNumber,
      createdAt: execution.createdAt,
      taskEventStore: "taskEvent",
    },
    execution: executionMessage(caller, { runId, attemptNumber, startedAt: snapshot.createdAt, execution }),
    envVars: { ...variables, ...(await telemetryVariables(context, caller, { workerId, variables })) },
  };
}

function executionMessage(
  { environment, organization, project }: EnvironmentAuthentication,
  {
    runId,
    attemptNumber,
    startedAt,
    execution,
  }: { runId: string; attemptNumber: number; startedAt: Date; execution: Execution },
) {
  const { task, queue } = execution;
  return {
    attempt: { number: attemptNumber, startedAt },
    run: {
      id: runId,
      payload: execution.payload ?? "",
      payloadType: execution.payloadType,
      tags: execution.tags,
      isTest: execution.isTest,
      createdAt: execution.createdAt,
      startedAt: execution.startedAt,
      version: execution.version,
      durationMs: 0,
      costInCents: 0,
      baseCostInCents: 0,
      traceContext: traceContextOf(runId),
      ...(execution.idempotencyKey === null ? {} : { idempotencyKey: execution.idempotencyKey }),
      ...(execution.maxAttempts === null ? {} : { maxAttempts: execution.maxAttempts }),
      ...(execution.maxDuration === null ? {} : { maxDuration: execution.maxDuration }),
      ...(execution.priority === null ? {} : { priority: execution.priority }),
      ...metadataOf(execution.metadata),
    },
    task: {
      id: task.slug,
      filePath: task.filePath,
      ...(task.exportName === null ? {} : { exportName: task.exportName }),
    },
    queue: { id: queue, name: queue },
    environment: { id: environment.id, slug: environment.slug, type: environment.type },
    organization: { id: organization.id, slug: organization.slug, name: organization.title },
    project: { id: project.id, ref: project.ref, slug: project.slug, name: project.name },
    machine: MACHINE,
  };
}

/** Workers take an object alone. */
function metadataOf(text: string | null): { metadata?: object } {
  if (text === null) return {};
  try {
    const metadata: unknown = JSON.parse(text);
    return typeof metadata === "object" && metadata !== null ? { metadata } : {};
  } catch {
    return {};
  }
}
