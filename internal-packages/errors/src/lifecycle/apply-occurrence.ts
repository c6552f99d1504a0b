import type { ActivityReason, ErrorState, IgnoredState, Occurrence, Transition } from "./error-state.js";
import { settle } from "./settle.js";
import { compareVersions } from "./version-order.js";

const MINUTE_MS = 60_000;
/** Runs report late and out of order; older minutes than these no longer grow. */
const MINUTES_KEPT = 5;

/** What a failure changes about its group at `now`. */
export function applyOccurrence<A>(before: ErrorState<A>, occurrence: Occurrence, now: number): Transition<A> {
  const settled = settle(before, now);
  const { state } = settled;
  switch (state.status) {
    case "unresolved":
      return settled;
    case "resolved":
      return isRegression(state, occurrence) ? reopen(state, occurrence, "regression") : settled;
    case "ignored":
      return countIgnored(state, occurrence);
  }
}

/** What several failures change, one after another. */
export function applyOccurrences<A>(
  before: ErrorState<A>,
  occurrences: Iterable<Occurrence>,
  now: number,
): Transition<A> {
  let state = before;
  const activity = [];
  for (const occurrence of occurrences) {
    const next = applyOccurrence(state, occurrence, now);
    state = next.state;
    activity.push(...next.activity);
  }
  return { state, activity };
}

/** A version that cannot be compared, or none, is not known to be an old worker: showing it beats hiding a bug. */
function isRegression(
  { resolvedAt, resolvedInVersion }: { resolvedAt: number; resolvedInVersion: string | null },
  { at, version }: Occurrence,
): boolean {
  if (at <= resolvedAt) return false;
  if (resolvedInVersion === null || version === null) return true;
  return (compareVersions(version, resolvedInVersion) ?? 0) >= 0;
}

function countIgnored<A>(state: IgnoredState<A>, occurrence: Occurrence): Transition<A> {
  if (occurrence.at < state.ignoredAt) return { state, activity: [] };
  const minute = Math.floor(occurrence.at / MINUTE_MS) * MINUTE_MS;
  const inMinute = (state.minutes.find((bucket) => bucket.minute === minute)?.count ?? 0) + 1;
  const occurrences = state.occurrences + 1;
  const { ignoredUntilOccurrenceRate: rate, ignoredUntilTotalOccurrences: total } = state;
  if (rate !== null && inMinute > rate) return reopen(state, occurrence, "rate_exceeded");
  if (total !== null && occurrences >= total) return reopen(state, occurrence, "count_exceeded");
  const minutes = [...state.minutes.filter((bucket) => bucket.minute !== minute), { minute, count: inMinute }]
    .sort((left, right) => right.minute - left.minute)
    .slice(0, MINUTES_KEPT);
  return { state: { ...state, occurrences, minutes }, activity: [] };
}

function reopen<A>(from: ErrorState<A>, { at, version }: Occurrence, reason: ActivityReason): Transition<A> {
  return {
    state: { status: "unresolved" },
    activity: [{ at, from: from.status, to: "unresolved", reason, actor: null, version }],
  };
}
