import { createId } from "@trigger.dev/core/ids";
import type { ErrorActivity } from "@trigger.dev/errors";
import type { PoolClient } from "pg";
import type { GroupKey } from "./group-key.js";
import { type ErrorActor, type GroupState, rowOf, type StateRow } from "./stored-state.js";

/** A locked group, where it stood and where it stands now. */
export interface StateChange extends GroupKey {
  before: StateRow;
  state: GroupState;
  activity: readonly ErrorActivity<ErrorActor>[];
}

const UPDATE = `
  UPDATE error_group g SET status = s.status, resolved_at = s.resolved_at, resolved_in_version = s.resolved_in_version,
    resolved_by_user_id = s.resolved_by_user_id, ignored_at = s.ignored_at, ignored_by_user_id = s.ignored_by_user_id,
    ignored_reason = s.ignored_reason, ignored_until = s.ignored_until,
    ignored_until_occurrence_rate = s.ignored_until_occurrence_rate,
    ignored_until_total_occurrences = s.ignored_until_total_occurrences, ignore_progress = s.ignore_progress
  FROM jsonb_to_recordset($1::jsonb) AS s (environment_id text, fingerprint text, status error_status,
    resolved_at timestamptz, resolved_in_version text, resolved_by_user_id text, ignored_at timestamptz,
    ignored_by_user_id text, ignored_reason text, ignored_until timestamptz, ignored_until_occurrence_rate integer,
    ignored_until_total_occurrences integer, ignore_progress jsonb)
  WHERE g.environment_id = s.environment_id AND g.fingerprint = s.fingerprint`;

const APPEND = `
  INSERT INTO error_activity (environment_id, fingerprint, id, at, from_status, to_status, reason, user_id,
    credential_kind, credential_id, client, version)
  SELECT a.environment_id, a.fingerprint, a.id, a.at, a.from_status, a.to_status, a.reason, a.user_id, a.credential_kind,
    a.credential_id, a.client, a.version
  FROM jsonb_to_recordset($1::jsonb) AS a (position integer, environment_id text, fingerprint text, id text,
    at timestamptz, from_status error_status, to_status error_status, reason text, user_id text, credential_kind text,
    credential_id text, client text, version text)
  ORDER BY a.position`;

/** Writes where locked groups stand, and what is told of it, in the caller's transaction. */
export async function writeStates(client: PoolClient, changes: readonly StateChange[]): Promise<void> {
  if (changes.length === 0) return;
  const rows = changes.map(({ environmentId, fingerprint, before, state }) => ({
    environment_id: environmentId,
    fingerprint,
    ...rowOf(state, before),
  }));
  await client.query(UPDATE, [JSON.stringify(rows)]);
  const activity = changes.flatMap((change) => change.activity.map((entry) => activityRow(change, entry)));
  if (activity.length === 0) return;
  await client.query(APPEND, [JSON.stringify(activity.map((row, position) => ({ position, ...row })))]);
}

const activityRow = ({ environmentId, fingerprint }: GroupKey, entry: ErrorActivity<ErrorActor>) => ({
  environment_id: environmentId,
  fingerprint,
  id: createId("event"),
  at: new Date(entry.at),
  from_status: entry.from,
  to_status: entry.to,
  reason: entry.reason,
  user_id: entry.actor?.userId ?? null,
  credential_kind: entry.actor?.credential?.kind ?? null,
  credential_id: entry.actor?.credential?.id ?? null,
  client: entry.actor?.client ?? null,
  version: entry.version,
});
