import type { RunStatus } from "@trigger.dev/core/v3";

/** Every change of state that there is. A state that leads nowhere is final. */
export const RUN_TRANSITIONS = {
  PENDING_VERSION: ["QUEUED", "CANCELED", "EXPIRED"],
  DELAYED: ["DELAYED", "QUEUED", "CANCELED", "EXPIRED"],
  QUEUED: ["DEQUEUED", "CANCELED", "EXPIRED"],
  /** A worker has it: not started yet, or between two attempts that it makes itself. */
  DEQUEUED: ["EXECUTING", "QUEUED", "CANCELED"],
  EXECUTING: [
    "DEQUEUED",
    "QUEUED",
    "WAITING",
    "COMPLETED",
    "CANCELED",
    "FAILED",
    "CRASHED",
    "SYSTEM_FAILURE",
    "TIMED_OUT",
  ],
  WAITING: ["EXECUTING", "QUEUED", "CANCELED", "CRASHED", "SYSTEM_FAILURE", "TIMED_OUT"],
  COMPLETED: [],
  CANCELED: [],
  FAILED: [],
  CRASHED: [],
  SYSTEM_FAILURE: [],
  TIMED_OUT: [],
  EXPIRED: [],
} as const satisfies Record<RunStatus, readonly RunStatus[]>;

/** Whether a run in `from` may go to `to`. */
export const mayMove = (from: RunStatus, to: RunStatus): boolean =>
  (RUN_TRANSITIONS[from] satisfies readonly RunStatus[] as readonly RunStatus[]).includes(to);

/**
 * A change that the table has, for a statement that makes it: another one does not compile. The statement compares
 * `status::text`, so that the run is found by its key and never by an index of what has this status.
 */
export const transition = <From extends RunStatus, To extends (typeof RUN_TRANSITIONS)[From][number]>(
  from: From,
  to: To,
) => ({ from, to }) as const;

/** Whether nothing can happen to a run in this state any more. */
export const isFinal = (status: RunStatus): boolean => RUN_TRANSITIONS[status].length === 0;

/** The ends of a run that make it an occurrence of an error. */
const FAILURES: ReadonlySet<RunStatus> = new Set(["FAILED", "CRASHED", "SYSTEM_FAILURE", "TIMED_OUT"]);

/** Whether a run in this state failed. */
export const isFailure = (status: RunStatus): boolean => FAILURES.has(status);

/** What a worker is told of a run's state. */
export type ExecutionStatus =
  | "RUN_CREATED"
  | "DELAYED"
  | "QUEUED"
  | "PENDING_EXECUTING"
  | "EXECUTING"
  | "PENDING_CANCEL"
  | "FINISHED";
