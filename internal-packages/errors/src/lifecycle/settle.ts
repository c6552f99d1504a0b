import type { ErrorState, Transition } from "./error-state.js";

/** The state as it is true at `now`: an ignore whose time passed ended at that time, whoever looks first. */
export function settle<A>(state: ErrorState<A>, now: number): Transition<A> {
  if (state.status !== "ignored" || state.ignoredUntil === null || now < state.ignoredUntil) {
    return { state, activity: [] };
  }
  return {
    state: { status: "unresolved" },
    activity: [
      {
        at: state.ignoredUntil,
        from: "ignored",
        to: "unresolved",
        reason: "ignore_expired",
        actor: null,
        version: null,
      },
    ],
  };
}
