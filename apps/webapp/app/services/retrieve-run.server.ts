import type { RetrieveRunResponseBody } from "@trigger.dev/core/v3";
import { isId } from "@trigger.dev/core/ids";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import { describeFailure, type RunFailure } from "@trigger.dev/run-engine";
import type { AppContext } from "../api/context.js";
import { requireReadable } from "./run-access.js";
import { RUN_COLUMNS, runItem, type RunRow } from "./run-item.js";
import { JSON_TYPE, readPacket } from "./run-packet.js";

interface DetailRow extends RunRow {
  payload: string | null;
  payloadType: string;
  metadata: string | null;
  output: string | null;
  outputType: string | null;
  failure: RunFailure | null;
  attemptCount: number;
}

/**
 * Reads one run of the caller's environment.
 * @throws AppError 404 when it is not there; 403, the same for a run that is not there, when `read:runs:<id>` is not
 *   covered and nothing else about the run is
 */
export async function retrieveRun(
  context: Pick<AppContext, "pool">,
  { ability, environment, user }: EnvironmentAuthentication,
  runId: string,
): Promise<RetrieveRunResponseBody> {
  const found = isId("run", runId) ? await findRun(context, environment.id, runId) : undefined;
  const run = requireReadable(ability, runId, found);
  const payload = readPacket(run.payload, run.payloadType);
  const output = readPacket(run.output, run.outputType ?? JSON_TYPE);
  return {
    ...runItem(run, environment, user),
    depth: 0,
    triggerFunction: run.batchId === null ? "trigger" : "batchTrigger",
    ...(payload === undefined ? {} : { payload }),
    ...(run.metadata === null ? {} : { metadata: readPacket(run.metadata, "application/json") }),
    ...(output === undefined ? {} : { output }),
    ...(run.failure === null ? {} : { error: describeFailure(run.failure) }),
    relatedRuns: {},
    attemptCount: run.attemptCount,
  };
}

async function findRun(context: Pick<AppContext, "pool">, environmentId: string, runId: string) {
  const { rows } = await context.pool.query<DetailRow>({
    name: "retrieve-run",
    text: `SELECT ${RUN_COLUMNS}, payload, payload_type AS "payloadType", metadata, output,
             output_type AS "outputType", error AS failure, attempt_count AS "attemptCount"
           FROM run WHERE environment_id = $1 AND id = $2`,
    values: [environmentId, runId],
  });
  return rows[0];
}
