import { isId } from "@trigger.dev/core/ids";
import type { CompleteAttemptRequestBody } from "@trigger.dev/core/v3";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import { type AttemptResult, completeAttempt, isFailure } from "@trigger.dev/run-engine";
import type { AppContext } from "../api/context.js";
import { invalidRequest } from "../api/invalid-request.js";
import { readStoredPacket, STORE_TYPE } from "./packets.server.js";
import { JSON_TYPE } from "./run-packet.js";
import { snapshotMessage } from "./worker-messages.js";
import { workerRefusal } from "./worker-refusal.js";

/**
 * Ends an attempt as its worker says. Repeated, it answers the same.
 * @throws AppError 400 for another run's completion, 404, or 409 for an attempt that was given up
 */
export async function completeRunAttempt(
  context: Pick<AppContext, "engine" | "errors" | "pool">,
  { environment }: EnvironmentAuthentication,
  { runId, snapshotId, completion }: { runId: string; snapshotId: string } & CompleteAttemptRequestBody,
) {
  if (!isId("run", runId)) throw workerRefusal("run_not_found");
  if (completion.id !== runId) {
    throw invalidRequest({ path: "body.completion.id", message: "must be the run of the path" });
  }
  const result = await withStoredOutput(context, environment.id, resultOf(completion));
  const completed = await completeAttempt(context.engine, { environmentId: environment.id, runId, snapshotId, result });
  if (!completed.ok) throw workerRefusal(completed.reason);
  const { attemptStatus, snapshot, attemptNumber } = completed;
  if (isFailure(snapshot.status)) context.errors.countSoon();
  return {
    result: {
      attemptStatus,
      snapshot: snapshotMessage(snapshot),
      run: { id: runId, friendlyId: runId, status: snapshot.status, attemptNumber },
    },
  };
}

/** A large output was uploaded on its own and is taken from there. */
async function withStoredOutput(
  context: Pick<AppContext, "pool">,
  environmentId: string,
  result: AttemptResult,
): Promise<AttemptResult> {
  if (!result.ok || result.output.type !== STORE_TYPE) return result;
  const stored = await readStoredPacket(context, environmentId, result.output.text);
  return stored === undefined ? result : { ...result, output: stored };
}

function resultOf(completion: CompleteAttemptRequestBody["completion"]): AttemptResult {
  const usageMs = completion.usage?.durationMs ?? 0;
  if (completion.ok) {
    const { output, outputType } = completion;
    return { ok: true, usageMs, output: { text: output ?? null, type: outputType ?? JSON_TYPE } };
  }
  const { error, retry, skippedRetrying = false } = completion;
  return {
    ok: false,
    usageMs,
    failure: error,
    retryAt: retry === undefined || skippedRetrying ? null : new Date(retry.timestamp),
  };
}
