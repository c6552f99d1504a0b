import type { CurrentWorkerResponseBody } from "@trigger.dev/core/v3";
import { currentWorker } from "@trigger.dev/run-engine";
import type { AppContext } from "../api/context.js";
import type { PlaceOf } from "../api/endpoint.js";
import { notFound } from "../api/errors.js";

/**
 * The newest version of an environment's tasks.
 * @throws AppError 404 before the first
 */
export async function readCurrentWorker(
  { pool, config }: Pick<AppContext, "pool" | "config">,
  { environment }: PlaceOf<"environment">,
): Promise<CurrentWorkerResponseBody> {
  const worker = await currentWorker(pool, environment.id);
  if (worker === null) throw notFound("Worker");
  const createdAt = worker.createdAt.toISOString();
  return {
    worker: {
      id: worker.id,
      version: worker.version,
      engine: "V2",
      tasks: worker.tasks.map((task) => ({ ...task, createdAt })),
    },
    urls: { runs: config.appOrigin },
  };
}
