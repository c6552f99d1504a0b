import type { Fingerprinted } from "@trigger.dev/errors";
import type { PoolClient } from "pg";
import { textOfKey, type GroupKey } from "./group-key.js";
import { magnitudeOf } from "./magnitude.js";
import type { Arrival } from "./occurrence.js";
import { STATE_COLUMNS, type StateRow } from "./stored-state.js";

/** A group that nobody else changes until the transaction ends. */
export interface LockedGroup {
  state: StateRow;
  sampleVersion: string | null;
  sampleAt: Date;
}

const INSERT = `
  WITH made AS (INSERT INTO error_group (environment_id, fingerprint, task_identifier, error_type, error_message, grouped_by, count,
    magnitude, first_seen, last_seen, last_seen_minute, sample_run_id, sample_stack_trace, sample_version, sample_at)
  SELECT environment_id, fingerprint, task_identifier, error_type, error_message, grouped_by::jsonb, 0, magnitude,
    first_seen, last_seen, date_trunc('minute', last_seen), sample_run_id, sample_stack_trace, sample_version, last_seen
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::smallint[],
    $8::timestamptz[], $9::timestamptz[], $10::text[], $11::text[], $12::text[])
    AS n (environment_id, fingerprint, task_identifier, error_type, error_message, grouped_by, magnitude,
      first_seen, last_seen, sample_run_id, sample_stack_trace, sample_version)
  ORDER BY environment_id, fingerprint ON CONFLICT DO NOTHING
  RETURNING *)
  INSERT INTO error_search (environment_id, fingerprint, searched, status, magnitude, first_seen, last_seen_hour)
  SELECT environment_id, fingerprint, error_searched(error_type, error_message), status, magnitude, first_seen, error_hour(last_seen)
  FROM made ON CONFLICT (environment_id, fingerprint) DO UPDATE SET status = excluded.status, magnitude = excluded.magnitude,
    first_seen = excluded.first_seen, last_seen_hour = excluded.last_seen_hour`;

/** Makes groups that nothing is counted in yet; one that another process makes at the same time is waited for. */
export async function insertGroups(
  client: PoolClient,
  groups: readonly { arrival: Arrival; described: Fingerprinted }[],
): Promise<void> {
  if (groups.length === 0) return;
  const column = <T>(of: (group: { arrival: Arrival; described: Fingerprinted }) => T): T[] => groups.map(of);
  await client.query({
    name: "errors-insert-groups",
    text: INSERT,
    values: [
      column(({ arrival }) => arrival.environmentId),
      column(({ arrival }) => arrival.fingerprint),
      column(({ arrival }) => arrival.taskIdentifier),
      column(({ described }) => described.errorType),
      column(({ described }) => described.errorMessage),
      column(({ described }) => JSON.stringify(described.groupedBy)),
      column(({ arrival }) => magnitudeOf(arrival.occurrences.length)),
      column(({ arrival }) => arrival.first.at),
      column(({ arrival }) => arrival.newest.at),
      column(({ arrival }) => arrival.newest.runId),
      column(({ described }) => described.stackTrace),
      column(({ arrival }) => arrival.newest.version),
    ],
  });
}

const LOCK = `
  SELECT g.environment_id AS "environmentId", g.fingerprint, g.sample_version AS "sampleVersion",
    g.sample_at AS "sampleAt", ${STATE_COLUMNS}
  FROM unnest($1::text[], $2::text[]) AS k (environment_id, fingerprint)
  JOIN error_group g ON g.environment_id = k.environment_id AND g.fingerprint = k.fingerprint
  ORDER BY g.environment_id, g.fingerprint FOR NO KEY UPDATE OF g`;

/** Locks groups, in the one order in which everybody does. */
export async function lockGroups(
  client: PoolClient,
  keys: readonly GroupKey[],
): Promise<ReadonlyMap<string, LockedGroup>> {
  const { rows } = await client.query<GroupKey & Omit<LockedGroup, "state"> & StateRow>({
    name: "errors-lock-groups",
    text: LOCK,
    values: [keys.map(({ environmentId }) => environmentId), keys.map(({ fingerprint }) => fingerprint)],
  });
  return new Map(
    rows.map(({ environmentId, fingerprint, sampleVersion, sampleAt, ...state }) => [
      textOfKey({ environmentId, fingerprint }),
      { state, sampleVersion, sampleAt },
    ]),
  );
}
