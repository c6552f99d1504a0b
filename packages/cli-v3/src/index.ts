import { CommanderError } from "commander";
import { createProgram } from "./program.js";
import { redact } from "./terminal-text.js";
import { CommandFailure, UsageError } from "./usage-error.js";

/** Runs the command in `argv` and sets the exit code: 0, 1 refused or failed, 2 wrong usage. */
export async function main(argv: string[]): Promise<void> {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(1);
    throw error;
  });
  try {
    await createProgram().parseAsync(argv);
  } catch (error) {
    process.exitCode = report(error);
  }
}

function report(error: unknown): number {
  // Commander has printed its own message, or the help or version that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const lines = error instanceof CommandFailure || error instanceof UsageError ? error.message : unexpected(error);
  const hint = error instanceof UsageError ? "\nSee --help." : "";
  process.stderr.write(redact(`Error: ${lines}${hint}\n`));
  return error instanceof UsageError ? 2 : 1;
}

const unexpected = (error: unknown) =>
  `something unexpected went wrong (${error instanceof Error ? `${error.name}: ${error.message}` : "no reason"}).`;
