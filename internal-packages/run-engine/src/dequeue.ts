import type { EngineContext } from "./engine-context.js";
import { findWorker, type Worker } from "./find-worker.js";
import type { DequeuedRun } from "./take-together.js";

/**
 * Hands runs of an environment to a worker, at most `most`, within the limits of the environment and of the queues.
 * Null for a worker that the environment does not have.
 */
export async function dequeue(
  { pool, together }: EngineContext,
  { environmentId, workerId, most }: { environmentId: string; workerId: string; most: number },
): Promise<{ worker: Worker; runs: DequeuedRun[] } | null> {
  const worker = await findWorker(pool, environmentId, workerId);
  if (worker === null) return null;
  // Workers ask many times a second; mostly there is nothing, and then nothing needs a lock.
  return { worker, runs: worker.anyWaiting ? await together.take({ environmentId, worker, most }) : [] };
}
