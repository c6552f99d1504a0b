import { type EnvironmentOptions, withEnvironment } from "../environment-session.js";
import { printRun } from "../print-run.js";
import { jsonLine } from "../terminal-text.js";

/** Prints one run. */
export function getRun(id: string, options: EnvironmentOptions): Promise<void> {
  return withEnvironment(options, [`read:runs:${id}`], async ({ client, terminal }) => {
    const run = await client.retrieveRun(id);
    if (options.json) terminal.result(jsonLine(run));
    else printRun(terminal, run);
  });
}
