import { type EnvironmentOptions, withEnvironment } from "../environment-session.js";
import { jsonLine, oneLine } from "../terminal-text.js";

/** Cancels a run, and prints its id. */
export function cancelRun(id: string, options: EnvironmentOptions): Promise<void> {
  return withEnvironment(options, [`write:runs:${id}`], async ({ client, terminal }) => {
    const cancelled = await client.cancelRun(id);
    terminal.result(options.json ? jsonLine(cancelled) : oneLine(cancelled.id));
  });
}
