import type { Fingerprinted } from "@trigger.dev/errors";
import type { PoolClient } from "pg";
import { HOUR_MS, MINUTE_MS } from "./arrivals.js";
import { describeRuns } from "./describe-runs.js";
import { textOfKey } from "./group-key.js";
import type { LockedGroup } from "./lock-groups.js";
import type { Arrival } from "./occurrence.js";

const REFRESH = `
  UPDATE error_group g SET sample_run_id = s.run_id, sample_stack_trace = s.stack_trace, sample_version = s.version,
    sample_at = s.at
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
    AS s (environment_id, fingerprint, run_id, stack_trace, version, at)
  WHERE g.environment_id = s.environment_id AND g.fingerprint = s.fingerprint`;

/** A stack trace is large and seldom news: once an hour, and once a minute while versions take turns. */
export function wantsSample({ newest }: Arrival, { sampleAt, sampleVersion }: LockedGroup): boolean {
  const age = newest.at.getTime() - sampleAt.getTime();
  return age >= HOUR_MS || (age >= MINUTE_MS && newest.version !== sampleVersion);
}

/** Gives locked groups the newest of their failures as their sample. */
export async function refreshSamples(client: PoolClient, arrivals: readonly Arrival[]): Promise<void> {
  const described = await describeRuns(client, arrivals);
  const fresh = arrivals.flatMap((arrival) => {
    const found: Fingerprinted | undefined = described.get(textOfKey(arrival));
    return found === undefined ? [] : [{ arrival, stackTrace: found.stackTrace }];
  });
  if (fresh.length === 0) return;
  await client.query({
    name: "errors-refresh-samples",
    text: REFRESH,
    values: [
      fresh.map(({ arrival }) => arrival.environmentId),
      fresh.map(({ arrival }) => arrival.fingerprint),
      fresh.map(({ arrival }) => arrival.newest.runId),
      fresh.map(({ stackTrace }) => stackTrace),
      fresh.map(({ arrival }) => arrival.newest.version),
      fresh.map(({ arrival }) => arrival.newest.at),
    ],
  });
}
