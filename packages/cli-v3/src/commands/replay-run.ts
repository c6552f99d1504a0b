import { type EnvironmentOptions, withEnvironment } from "../environment-session.js";
import { jsonLine, oneLine } from "../terminal-text.js";

/** Triggers a run's task again, and prints the new run's id. */
export function replayRun(id: string, options: EnvironmentOptions): Promise<void> {
  return withEnvironment(options, [`write:runs:${id}`], async ({ client, terminal }) => {
    const replayed = await client.replayRun(id);
    terminal.result(options.json ? jsonLine(replayed) : oneLine(replayed.id));
  });
}
