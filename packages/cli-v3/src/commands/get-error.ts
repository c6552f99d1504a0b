import { type EnvironmentOptions, withEnvironment } from "../environment-session.js";
import { printError } from "../print-error.js";
import { jsonLine } from "../terminal-text.js";

/** Prints one error. */
export function getError(id: string, options: EnvironmentOptions): Promise<void> {
  return withEnvironment(options, [`read:errors:${id}`], async ({ client, terminal }) => {
    const error = await client.retrieveError(id);
    if (options.json) terminal.result(jsonLine(error));
    else printError(terminal, error);
  });
}
