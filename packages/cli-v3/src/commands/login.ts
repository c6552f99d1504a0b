import { ApiError } from "@trigger.dev/core/client";
import type { CommonOptions } from "../common-options.js";
import { readConfig, writeConfig } from "../config-file.js";
import { chooseApiUrl, profileName } from "../connection.js";
import { connect } from "../connect.js";
import { explainServerError } from "../explain-error.js";
import { noteEnvironment } from "../note-environment.js";
import { openBrowser } from "../open-browser.js";
import { checkProfileName, withProfile } from "../profiles.js";
import { createTerminal, type Terminal } from "../terminal.js";
import { oneLine } from "../terminal-text.js";
import { CommandFailure } from "../usage-error.js";
import { waitForApproval } from "../wait-for-approval.js";

export interface LoginOptions extends CommonOptions {
  browser: boolean;
}

/** Signs in: a person approves in a browser, and the token goes into the profile. */
export async function login(options: LoginOptions): Promise<void> {
  const terminal = createTerminal(options.logLevel);
  const before = await readConfig();
  const name = checkProfileName(profileName(before, options));
  const apiUrl = chooseApiUrl(before, options);
  const onInterrupt = () => {
    terminal.error("\nCancelled. Nothing was saved.");
    process.exit(130);
  };
  process.once("SIGINT", onInterrupt);
  try {
    const client = connect(terminal, { apiUrl });
    const { url, authorizationCode } = await client.createAuthorizationCode();
    await show(terminal, checkPage(url, apiUrl), options.browser);
    const accessToken = await waitForApproval(() => client.getPersonalAccessToken(authorizationCode));
    process.off("SIGINT", onInterrupt);
    // Read again: waiting takes minutes, and another command may have written meanwhile.
    await writeConfig(withProfile(await readConfig(), name, { accessToken, apiUrl }));
    const me = await connect(terminal, { apiUrl, accessToken }).whoami();
    terminal.note(`Signed in to ${apiUrl} as ${oneLine(me.email)} (profile "${oneLine(name)}").`);
    noteEnvironment(terminal);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) throw refusedLogin(apiUrl);
    const lines = explainServerError(error, { apiUrl, source: { kind: "profile", name } });
    throw lines ? new CommandFailure(lines.join("\n"), { cause: error }) : error;
  } finally {
    process.off("SIGINT", onInterrupt);
  }
}

const refusedLogin = (apiUrl: string) => new CommandFailure(`${apiUrl} refused the sign-in. Start again.`);

async function show(terminal: Terminal, url: string, mayOpen: boolean): Promise<void> {
  const opened = mayOpen && (await openBrowser(url));
  terminal.error(
    `${opened ? "Your browser opens this page; approve there" : "Open this page and approve"}:\n\n  ${url}\n`,
  );
  terminal.note("Waiting for your approval, for up to 5 minutes. Ctrl-C cancels.");
}

/** The page to approve at. Whatever is no web address never reaches a program that opens things. */
function checkPage(text: string, apiUrl: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && (url.protocol === "http:" || url.protocol === "https:")) return url.href;
  throw new CommandFailure(`${apiUrl} answered with a page that is no web address.`);
}
