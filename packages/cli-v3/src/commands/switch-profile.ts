import { normalizeApiUrl } from "@trigger.dev/core/client";
import type { CommonOptions } from "../common-options.js";
import { type Config, readConfig, writeConfig } from "../config-file.js";
import { checkApiUrl } from "../connection.js";
import { noteEnvironment } from "../note-environment.js";
import { checkProfileName } from "../profiles.js";
import { createTerminal } from "../terminal.js";
import { oneLine } from "../terminal-text.js";
import { CommandFailure, UsageError } from "../usage-error.js";

/** Makes a profile the current one. Without a name, asks on a terminal; `--api-url` chooses among its profiles. */
export async function switchProfile(positional: string | undefined, options: CommonOptions): Promise<void> {
  const terminal = createTerminal(options.logLevel);
  if (positional !== undefined && options.profile !== undefined && positional !== options.profile) {
    throw new UsageError("Name one profile: either as the argument or with --profile.");
  }
  const config = await readConfig();
  const candidates = candidateNames(config, options);
  const asked = positional ?? options.profile;
  const name = asked === undefined ? await choose(config, candidates) : checkProfileName(asked);
  if (!candidates.includes(name)) {
    const known = candidates.length > 0 ? ` There are: ${candidates.map(oneLine).join(", ")}.` : "";
    throw new CommandFailure(
      `There is no profile "${oneLine(name)}"${options.apiUrl ? " for that server" : ""}.${known}`,
    );
  }
  await writeConfig({ ...config, currentProfile: name });
  terminal.note(`Switched to profile "${oneLine(name)}" (${oneLine(config.profiles[name]?.apiUrl ?? "no server")}).`);
  noteEnvironment(terminal);
}

function candidateNames(config: Config, { apiUrl }: CommonOptions): string[] {
  const wanted = apiUrl === undefined ? null : checkApiUrl(apiUrl, "--api-url");
  return Object.entries(config.profiles)
    .filter(([, profile]) => !wanted || normalizeApiUrl(profile.apiUrl ?? "") === wanted)
    .map(([name]) => name);
}

async function choose(config: Config, candidates: string[]): Promise<string> {
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return only;
  if (only === undefined) throw new CommandFailure("There are no profiles. Sign in with: trigger.dev login");
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UsageError(`Name a profile: ${candidates.map(oneLine).join(", ")}.`);
  }
  const { isCancel, select } = await import("@clack/prompts");
  const answer = await select({
    message: "Which profile?",
    initialValue: candidates.includes(config.currentProfile) ? config.currentProfile : only,
    options: candidates.map((value) => ({
      value,
      label: oneLine(value),
      hint: oneLine(config.profiles[value]?.apiUrl ?? ""),
    })),
    output: process.stderr,
  });
  if (isCancel(answer)) throw new CommandFailure("Cancelled. The current profile stays as it was.");
  return answer;
}
