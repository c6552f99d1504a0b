import { normalizeApiUrl } from "@trigger.dev/core/client";
import type { CommonOptions } from "../common-options.js";
import { readConfig, writeConfig } from "../config-file.js";
import { checkApiUrl, profileName } from "../connection.js";
import { noteEnvironment } from "../note-environment.js";
import { findProfile, withoutProfile } from "../profiles.js";
import { createTerminal } from "../terminal.js";
import { oneLine } from "../terminal-text.js";
import { CommandFailure } from "../usage-error.js";

/** Forgets a profile and its token. The token itself stays good until it is revoked at the server. */
export async function logout(options: CommonOptions): Promise<void> {
  const terminal = createTerminal(options.logLevel);
  const config = await readConfig();
  const name = profileName(config, options);
  const profile = findProfile(config, name);
  if (!profile) throw new CommandFailure(`You are not signed in (profile "${oneLine(name)}").`);
  const asked = options.apiUrl === undefined ? null : checkApiUrl(options.apiUrl, "--api-url");
  if (asked && normalizeApiUrl(profile.apiUrl ?? "") !== asked) {
    throw new CommandFailure(
      `Profile "${oneLine(name)}" is signed in to ${oneLine(profile.apiUrl ?? "no server")}, not to ${asked}.`,
    );
  }
  await writeConfig(withoutProfile(config, name));
  terminal.note(
    `Signed out of ${oneLine(profile.apiUrl ?? "the server")} (profile "${oneLine(name)}"). The token was forgotten here; revoke it on the server's page of tokens if it may have leaked.`,
  );
  noteEnvironment(terminal);
}
