import type { ErrorCommand, ErrorState, Transition } from "./error-state.js";
import { settle } from "./settle.js";

/**
 * What `command` by `actor` changes at `now`. Asking again for what already is changes nothing and writes nothing down;
 * an ignore with limits starts its clock and its counts again.
 */
export function applyCommand<A>(
  before: ErrorState<A>,
  { command, actor, now }: { command: ErrorCommand; actor: A | null; now: number },
): Transition<A> {
  const settled = settle(before, now);
  const from = settled.state;
  const state = stateAfter(from, command, actor, now);
  if (isAlready(from, state)) return settled;
  const version = state.status === "resolved" ? state.resolvedInVersion : null;
  return {
    state,
    activity: [...settled.activity, { at: now, from: from.status, to: state.status, reason: "manual", actor, version }],
  };
}

function stateAfter<A>(from: ErrorState<A>, command: ErrorCommand, actor: A | null, now: number): ErrorState<A> {
  switch (command.type) {
    case "unresolve":
      return from.status === "unresolved" ? from : { status: "unresolved" };
    case "resolve":
      return {
        status: "resolved",
        resolvedAt: now,
        resolvedInVersion: command.inVersion ?? null,
        resolvedBy: actor,
      };
    case "ignore":
      return {
        status: "ignored",
        ignoredAt: now,
        ignoredBy: actor,
        ignoredReason: command.reason ?? null,
        ignoredUntil: command.durationMs === undefined ? null : now + command.durationMs,
        ignoredUntilOccurrenceRate: command.occurrenceRate ?? null,
        ignoredUntilTotalOccurrences: command.totalOccurrences ?? null,
        occurrences: 0,
        minutes: [],
      };
  }
}

function isAlready<A>(from: ErrorState<A>, to: ErrorState<A>): boolean {
  if (from.status === "resolved" && to.status === "resolved") return from.resolvedInVersion === to.resolvedInVersion;
  if (from.status === "ignored" && to.status === "ignored") {
    const limits = [from, to].flatMap((state) => [
      state.ignoredUntil,
      state.ignoredUntilOccurrenceRate,
      state.ignoredUntilTotalOccurrences,
    ]);
    return limits.every((limit) => limit === null) && from.ignoredReason === to.ignoredReason;
  }
  return from.status === "unresolved" && to.status === "unresolved";
}
