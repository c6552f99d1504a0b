import { normalizeApiUrl } from "@trigger.dev/core/client";
import type { CommonOptions } from "./common-options.js";
import type { Config } from "./config-file.js";
import { checkProfileName, findProfile } from "./profiles.js";
import { oneLine } from "./terminal-text.js";
import { CommandFailure, UsageError } from "./usage-error.js";

/** Where a server of one's own listens when nothing is configured. */
export const DEFAULT_API_URL = "http://127.0.0.1:3030";

/** Where a command's token comes from. */
export type TokenSource = { kind: "environment" } | { kind: "profile"; name: string };

export interface Connection {
  apiUrl: string;
  accessToken: string;
  source: TokenSource;
  /** The server that the profile was signed in to, where another one was asked for. */
  signedInTo: string | null;
}

/** The profile that a command is about: the one asked for, else the current one of the file. */
export function profileName(config: Config, options: CommonOptions): string {
  return options.profile === undefined ? config.currentProfile : checkProfileName(options.profile);
}

/** The server: `--api-url`, else TRIGGER_API_URL, else the profile's, else {@link DEFAULT_API_URL}. */
export function chooseApiUrl(config: Config, options: CommonOptions, env: NodeJS.ProcessEnv = process.env): string {
  const asked = options.apiUrl ?? (env["TRIGGER_API_URL"]?.trim() || undefined);
  if (asked !== undefined) return checkApiUrl(asked, options.apiUrl === undefined ? "TRIGGER_API_URL" : "--api-url");
  const ofProfile = findProfile(config, profileName(config, options))?.apiUrl;
  return ofProfile === undefined ? DEFAULT_API_URL : checkApiUrl(ofProfile, "The profile's apiUrl");
}

/**
 * The server and the token: of the profile where one is asked for by name, else TRIGGER_ACCESS_TOKEN, else of the
 * current profile. Throws {@link CommandFailure} that says how to sign in.
 */
export function chooseConnection(
  config: Config,
  options: CommonOptions,
  env: NodeJS.ProcessEnv = process.env,
): Connection {
  const apiUrl = chooseApiUrl(config, options, env);
  const name = profileName(config, options);
  const profile = findProfile(config, name);
  const fromEnvironment = env["TRIGGER_ACCESS_TOKEN"]?.trim();
  if (fromEnvironment && options.profile === undefined) {
    const source: TokenSource = { kind: "environment" };
    return { apiUrl, accessToken: checkToken(fromEnvironment, source), source, signedInTo: null };
  }
  if (!profile?.accessToken) {
    throw new CommandFailure(
      `You are not signed in (profile "${oneLine(name)}"). Sign in with: ${loginCommand({ name, apiUrl })}\n` +
        "Or set TRIGGER_ACCESS_TOKEN to a personal access token.",
    );
  }
  const source: TokenSource = { kind: "profile", name };
  const home = profile.apiUrl === undefined ? null : normalizeApiUrl(profile.apiUrl);
  return {
    apiUrl,
    accessToken: checkToken(profile.accessToken, source),
    source,
    signedInTo: home !== null && home !== apiUrl ? home : null,
  };
}

/** The command that signs in again, ready to paste. */
export function loginCommand({ name, apiUrl }: { name: string; apiUrl: string }): string {
  const shown = oneLine(name);
  const profile = /^[\w.-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`;
  return `trigger.dev login --profile ${profile} -a ${apiUrl}`;
}

/** `apiUrl` without its trailing slash, or {@link UsageError} naming where it came from. */
export function checkApiUrl(text: string, where: string): string {
  const url = normalizeApiUrl(text);
  if (url) return url;
  throw new UsageError(`${where} must be an http or https address, such as ${DEFAULT_API_URL}.`);
}

function checkToken(token: string, source: TokenSource): string {
  if (/^[!-~]+$/.test(token)) return token;
  const where =
    source.kind === "environment" ? "TRIGGER_ACCESS_TOKEN" : `The token of profile "${oneLine(source.name)}"`;
  throw new CommandFailure(`${where} has characters that no token has.`);
}
