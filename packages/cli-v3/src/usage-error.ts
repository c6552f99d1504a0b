/** The command was called in a way that cannot mean anything: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The command was called well and could not do it: exit code 1. `message` is the whole explanation. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
}
