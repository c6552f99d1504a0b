import type { TaskError, TaskErrorCause } from "../task-error.js";

/** What a worker sends for a thrown value. */
export function toTaskError(thrown: unknown): TaskError {
  if (thrown instanceof Error) return { type: "BUILT_IN_ERROR", ...linkOf(thrown), causes: causesOf(thrown) };
  if (typeof thrown === "string") return { type: "STRING_ERROR", raw: thrown };
  return { type: "CUSTOM_ERROR", raw: JSON.stringify(thrown) };
}

function causesOf(error: Error): TaskErrorCause[] {
  const causes: TaskErrorCause[] = [];
  for (let cause = error.cause; cause instanceof Error && causes.length < 5; cause = cause.cause)
    causes.push(linkOf(cause));
  if (error instanceof AggregateError) {
    for (const inner of error.errors) if (inner instanceof Error) causes.push(linkOf(inner));
  }
  return causes;
}

const linkOf = ({ name, message, stack = "" }: Error): TaskErrorCause => ({ name, message, stackTrace: stack });
