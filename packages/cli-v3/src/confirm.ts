import { CommandFailure } from "./usage-error.js";

/** Asks on a terminal before something that cannot be undone; elsewhere whoever wrote the script has decided. */
export async function confirm(message: string, { yes }: { yes?: boolean }): Promise<void> {
  if (yes || !process.stdin.isTTY || !process.stderr.isTTY) return;
  const prompts = await import("@clack/prompts");
  const answer = await prompts.confirm({ message, initialValue: false, output: process.stderr });
  if (answer !== true) throw new CommandFailure("Cancelled. Nothing was changed.");
}
