import { type Fingerprinted, fingerprintOf, type TaskError } from "@trigger.dev/errors";
import type { PoolClient } from "pg";
import type { Arrival } from "./occurrence.js";
import { textOfKey } from "./group-key.js";

const READ = `
  SELECT r.environment_id AS "environmentId", r.id, r.task_identifier AS "taskIdentifier", r.error
  FROM unnest($1::text[], $2::text[]) AS k (environment_id, id)
  JOIN run r ON r.environment_id = k.environment_id AND r.id = k.id`;

/** How the newest failure of each group reads, by the group's key; those whose run was deleted are not there. */
export async function describeRuns(
  client: PoolClient,
  arrivals: readonly Arrival[],
): Promise<ReadonlyMap<string, Fingerprinted>> {
  if (arrivals.length === 0) return new Map();
  const { rows } = await client.query<{
    environmentId: string;
    id: string;
    taskIdentifier: string;
    error: TaskError | null;
  }>({
    name: "errors-read-runs",
    text: READ,
    values: [arrivals.map(({ environmentId }) => environmentId), arrivals.map(({ newest }) => newest.runId)],
  });
  const keys = new Map(arrivals.map((arrival) => [arrival.newest.runId, textOfKey(arrival)]));
  return new Map(
    rows.flatMap(({ id, error, ...place }) => {
      const key = keys.get(id);
      return key === undefined || error === null ? [] : [[key, fingerprintOf({ ...place, error })] as const];
    }),
  );
}
