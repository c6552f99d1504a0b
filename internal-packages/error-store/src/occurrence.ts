import type { GroupKey } from "./group-key.js";

/** A row of the outbox: which run failed, and when. */
export interface OccurrenceKey {
  at: Date;
  environmentId: string;
  runId: string;
}

/** A run that failed and is not counted yet. */
export interface StoredOccurrence extends OccurrenceKey, GroupKey {
  taskIdentifier: string;
  version: string | null;
}

/** What one batch brings to one group. */
export interface Arrival extends GroupKey {
  taskIdentifier: string;
  /** Oldest first. */
  occurrences: readonly StoredOccurrence[];
  first: StoredOccurrence;
  newest: StoredOccurrence;
}
