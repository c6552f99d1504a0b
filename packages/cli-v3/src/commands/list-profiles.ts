import { normalizeApiUrl } from "@trigger.dev/core/client";
import type { CommonOptions } from "../common-options.js";
import { readConfig } from "../config-file.js";
import { checkApiUrl, profileName } from "../connection.js";
import { noteEnvironment } from "../note-environment.js";
import { printTable } from "../print-table.js";
import { createTerminal } from "../terminal.js";
import { jsonLine, oneLine } from "../terminal-text.js";
import { CommandFailure } from "../usage-error.js";

/** Prints the profiles of the configuration file, never their tokens. `--profile` and `--api-url` choose among them. */
export async function listProfiles(options: CommonOptions & { json?: boolean }): Promise<void> {
  const terminal = createTerminal(options.logLevel);
  const config = await readConfig();
  const apiUrl = options.apiUrl === undefined ? null : checkApiUrl(options.apiUrl, "--api-url");
  const only = options.profile === undefined ? null : profileName(config, options);
  const profiles = Object.entries(config.profiles)
    .filter(
      ([name, profile]) => (only ?? name) === name && (!apiUrl || normalizeApiUrl(profile.apiUrl ?? "") === apiUrl),
    )
    .map(([name, profile]) => ({
      name,
      apiUrl: profile.apiUrl ?? null,
      current: name === config.currentProfile,
      signedIn: Boolean(profile.accessToken),
    }));
  if (only !== null && profiles.length === 0) throw new CommandFailure(`There is no profile "${oneLine(only)}".`);
  noteEnvironment(terminal);
  if (options.json) return terminal.result(jsonLine({ currentProfile: config.currentProfile, profiles }));
  if (profiles.length === 0) return terminal.note("There are no profiles. Sign in with: trigger.dev login");
  await printTable(
    terminal,
    ["Current", "Name", "Server", "Signed in"],
    profiles.map(({ name, apiUrl: server, current, signedIn }) => [
      current ? "*" : "",
      name,
      server ?? "",
      signedIn ? "yes" : "no",
    ]),
  );
}
