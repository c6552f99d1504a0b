import type { RegisterWorkerRequestBody, RegisterWorkerResponseBody } from "@trigger.dev/core/v3";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import { registerWorker, type WorkerTask } from "@trigger.dev/run-engine";
import type { AppContext } from "../api/context.js";

/** Makes these tasks the current version of the caller's environment. */
export function registerBackgroundWorker(
  { pool }: Pick<AppContext, "pool">,
  { environment }: EnvironmentAuthentication,
  { metadata }: RegisterWorkerRequestBody,
): Promise<RegisterWorkerResponseBody> {
  // The last declaration of a name counts, as in the project's own bundle.
  const tasks = new Map(metadata.tasks.map((task) => [task.id, taskOf(task)]));
  const queues = new Map((metadata.queues ?? []).map(({ name, concurrencyLimit }) => [name, concurrencyLimit ?? null]));
  for (const { id, queue } of metadata.tasks) {
    const name = queueName(id, queue?.name);
    if (queue?.concurrencyLimit !== undefined) queues.set(name, queue.concurrencyLimit);
  }
  return registerWorker(pool, {
    environmentId: environment.id,
    contentHash: metadata.contentHash,
    sdkVersion: metadata.packageVersion ?? null,
    cliVersion: metadata.cliPackageVersion ?? null,
    tasks: [...tasks.values()],
    queues: [...queues].map(([name, concurrencyLimit]) => ({ name, concurrencyLimit })),
  });
}

const queueName = (taskId: string, name: string | undefined) => name ?? `task/${taskId}`;

function taskOf(task: RegisterWorkerRequestBody["metadata"]["tasks"][number]): WorkerTask {
  return {
    slug: task.id,
    filePath: task.filePath,
    exportName: task.exportName ?? null,
    triggerSource: task.triggerSource ?? "STANDARD",
    queue: queueName(task.id, task.queue?.name),
    maxAttempts: task.retry?.maxAttempts ?? null,
    maxDuration: task.maxDuration === undefined ? null : Math.round(task.maxDuration),
    machine: task.machine?.preset ?? null,
  };
}
