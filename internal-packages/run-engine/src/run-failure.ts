import type { RunError, RunStatus } from "@trigger.dev/core/v3";

interface Cause {
  name?: string | undefined;
  message?: string | undefined;
  stackTrace?: string | undefined;
}

/** Why a run, or one attempt of it, failed: as a worker tells it, or the server itself. */
export type RunFailure = {
  /** What the worker groups it by; without one, what it looks like decides. */
  fingerprint?: string | string[] | undefined;
} & (
  | {
      type: "BUILT_IN_ERROR";
      name: string;
      message: string;
      stackTrace: string;
      causes?: Cause[] | undefined;
    }
  | { type: "CUSTOM_ERROR"; raw: string }
  | { type: "STRING_ERROR"; raw: string }
  | { type: "INTERNAL_ERROR"; code: string; message?: string | undefined; stackTrace?: string | undefined }
);

/** Codes of a task process that died. */
const PROCESS_DIED: ReadonlySet<string> = new Set([
  "TASK_PROCESS_EXITED_WITH_NON_ZERO_CODE",
  "TASK_PROCESS_SIGTERM",
  "TASK_PROCESS_SIGSEGV",
  "TASK_PROCESS_SIGKILL_TIMEOUT",
  "TASK_PROCESS_MAYBE_OOM_KILLED",
  "TASK_PROCESS_OOM_KILLED",
  "TASK_RUN_CRASHED",
  "TASK_RUN_UNCAUGHT_EXCEPTION",
  "TASK_RUN_STALLED_EXECUTING",
]);

/** Any signal by which a process died, also one that is not in the list. */
const SIGNAL = /^TASK_PROCESS_(?:SIG[A-Z0-9]+|.*OOM.*)(?:_|$)/;

/** How a run ends that failed so. */
export function statusOfFailure(failure: RunFailure): RunStatus {
  if (failure.type !== "INTERNAL_ERROR") return "FAILED";
  if (failure.code === "TASK_RUN_CANCELLED") return "CANCELED";
  if (failure.code === "MAX_DURATION_EXCEEDED") return "TIMED_OUT";
  return PROCESS_DIED.has(failure.code) || SIGNAL.test(failure.code) ? "CRASHED" : "SYSTEM_FAILURE";
}

const messageOfObject = (raw: string): string => {
  try {
    const value: unknown = JSON.parse(raw);
    const message = typeof value === "object" && value !== null && "message" in value ? value.message : undefined;
    return typeof message === "string" ? message : raw;
  } catch {
    return raw;
  }
};

/** A failure as the API shows it. */
export function describeFailure(failure: RunFailure): RunError {
  switch (failure.type) {
    case "BUILT_IN_ERROR":
      return { name: failure.name, message: failure.message, stackTrace: failure.stackTrace };
    case "STRING_ERROR":
      return { message: failure.raw };
    case "CUSTOM_ERROR":
      return { message: messageOfObject(failure.raw) };
    case "INTERNAL_ERROR":
      return {
        name: failure.code,
        message: failure.message ?? `The run failed with ${failure.code}.`,
        ...(failure.stackTrace === undefined ? {} : { stackTrace: failure.stackTrace }),
      };
  }
}
