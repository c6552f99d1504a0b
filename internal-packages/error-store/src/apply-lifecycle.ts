import { applyOccurrences } from "@trigger.dev/errors";
import type { LockedGroup } from "./lock-groups.js";
import type { Arrival } from "./occurrence.js";
import { type GroupState, stateOf } from "./stored-state.js";
import type { StateChange } from "./write-states.js";

/** What the failures of one batch change about where a locked group stands; null for nothing worth writing. */
export function applyArrival(arrival: Arrival, group: LockedGroup, now: number): StateChange | null {
  const from = stateOf(group.state);
  const occurrences = arrival.occurrences.map(({ at, version }) => ({ at: at.getTime(), version }));
  const { state, activity } = applyOccurrences(from, occurrences, now);
  if (activity.length === 0 && !hasLimit(state)) return null;
  const { environmentId, fingerprint } = arrival;
  return { environmentId, fingerprint, before: group.state, state, activity };
}

/** Without a limit nobody asks how many came since. */
const hasLimit = (state: GroupState): boolean =>
  state.status === "ignored" &&
  (state.ignoredUntilOccurrenceRate !== null || state.ignoredUntilTotalOccurrences !== null);
