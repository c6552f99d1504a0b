import type { ErrorState } from "@trigger.dev/errors";

/** Who changed a group, and with what. */
export interface ErrorActor {
  /** Null with an environment's own key. */
  userId: string | null;
  /** The lineage's nearest id in the ledger, else the environment's. */
  credential: { kind: "uat" | "pat" | "environmentKey" | "environmentJwt" | "session"; id: string } | null;
  /** What the token's maker called it. */
  client: string | null;
}

export type GroupState = ErrorState<ErrorActor>;

/** The columns of `error_group` that say where it stands; those of a status that ended stay as they were. */
export interface StateRow {
  status: "unresolved" | "resolved" | "ignored";
  resolved_at: Date | null;
  resolved_in_version: string | null;
  resolved_by_user_id: string | null;
  ignored_at: Date | null;
  ignored_by_user_id: string | null;
  ignored_reason: string | null;
  ignored_until: Date | null;
  ignored_until_occurrence_rate: number | null;
  ignored_until_total_occurrences: number | null;
  ignore_progress: { occurrences: number; minutes: { minute: number; count: number }[] } | null;
}

export const STATE_COLUMNS = `g.status, g.resolved_at, g.resolved_in_version, g.resolved_by_user_id, g.ignored_at,
  g.ignored_by_user_id, g.ignored_reason, g.ignored_until, g.ignored_until_occurrence_rate,
  g.ignored_until_total_occurrences, g.ignore_progress`;

const actorOf = (userId: string | null): ErrorActor | null =>
  userId === null ? null : { userId, credential: null, client: null };

/** What is stored, as the lifecycle takes it. */
export function stateOf(row: StateRow): GroupState {
  switch (row.status) {
    case "unresolved":
      return { status: "unresolved" };
    case "resolved":
      return {
        status: "resolved",
        resolvedAt: row.resolved_at?.getTime() ?? 0,
        resolvedInVersion: row.resolved_in_version,
        resolvedBy: actorOf(row.resolved_by_user_id),
      };
    case "ignored":
      return {
        status: "ignored",
        ignoredAt: row.ignored_at?.getTime() ?? 0,
        ignoredBy: actorOf(row.ignored_by_user_id),
        ignoredReason: row.ignored_reason,
        ignoredUntil: row.ignored_until?.getTime() ?? null,
        ignoredUntilOccurrenceRate: row.ignored_until_occurrence_rate,
        ignoredUntilTotalOccurrences: row.ignored_until_total_occurrences,
        occurrences: row.ignore_progress?.occurrences ?? 0,
        minutes: row.ignore_progress?.minutes ?? [],
      };
  }
}

/** The row that says `state`, where `before` was stored. */
export function rowOf(state: GroupState, before: StateRow): StateRow {
  switch (state.status) {
    case "unresolved":
      return { ...before, status: "unresolved", ignore_progress: null };
    case "resolved":
      return {
        ...before,
        status: "resolved",
        resolved_at: new Date(state.resolvedAt),
        resolved_in_version: state.resolvedInVersion,
        resolved_by_user_id: state.resolvedBy?.userId ?? null,
        ignore_progress: null,
      };
    case "ignored":
      return {
        ...before,
        status: "ignored",
        ignored_at: new Date(state.ignoredAt),
        ignored_by_user_id: state.ignoredBy?.userId ?? null,
        ignored_reason: state.ignoredReason,
        ignored_until: state.ignoredUntil === null ? null : new Date(state.ignoredUntil),
        ignored_until_occurrence_rate: state.ignoredUntilOccurrenceRate,
        ignored_until_total_occurrences: state.ignoredUntilTotalOccurrences,
        ignore_progress: { occurrences: state.occurrences, minutes: [...state.minutes] },
      };
  }
}
