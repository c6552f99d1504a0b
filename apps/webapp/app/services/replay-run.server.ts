import { TriggerTaskOptions, type RunIdResponseBody } from "@trigger.dev/core/v3";
import { isId } from "@trigger.dev/core/ids";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { notFound } from "../api/errors.js";
import { triggerTask } from "./trigger-task.server.js";

interface ReplayedRow {
  taskIdentifier: string;
  payload: string | null;
  payloadType: string;
  metadata: string | null;
  tags: string[];
  queue: string;
  concurrencyKey: string | null;
  isTest: boolean;
  ttl: string | null;
  options: unknown;
}

/** What belongs to the first trigger alone does not come along. */
const ReplayedOptions = TriggerTaskOptions.omit({
  lockToVersion: true,
  parentRunId: true,
  debounce: true,
  delay: true,
  idempotencyKey: true,
  idempotencyKeyTTL: true,
  idempotencyKeyOptions: true,
});

const FIND = `
  SELECT task_identifier AS "taskIdentifier", payload, payload_type AS "payloadType", metadata, tags, queue,
    concurrency_key AS "concurrencyKey", is_test AS "isTest", ttl, options
  FROM run WHERE environment_id = $1 AND id = $2`;

/**
 * Triggers a run's task again, with its payload and options as they are now: at once, on the current version, and
 * without the idempotency key, which the first run keeps.
 * @throws AppError 404
 */
export async function replayRun(
  context: AppContext,
  caller: EnvironmentAuthentication,
  runId: string,
): Promise<RunIdResponseBody> {
  if (!isId("run", runId)) throw notFound("Run");
  const { rows } = await context.pool.query<ReplayedRow>(FIND, [caller.environment.id, runId]);
  const [run] = rows;
  if (run === undefined) throw notFound("Run");
  const options = ReplayedOptions.safeParse(run.options).data ?? {};
  const { id } = await triggerTask(context, caller, run.taskIdentifier, {
    ...(run.payload === null ? {} : { payload: run.payload }),
    options: {
      ...options,
      payloadType: run.payloadType,
      tags: run.tags,
      queue: { name: run.queue },
      test: run.isTest,
      ...(run.metadata === null ? {} : { metadata: run.metadata }),
      ...(run.concurrencyKey === null ? {} : { concurrencyKey: run.concurrencyKey }),
      ...(run.ttl === null ? {} : { ttl: run.ttl }),
    },
  });
  return { id };
}
