import type { ApiClient, EnvironmentAddress } from "@trigger.dev/core/client";
import type { CommonOptions } from "./common-options.js";
import { connect } from "./connect.js";
import { findProjectRef } from "./project-ref.js";
import { withSession } from "./session.js";
import type { Terminal } from "./terminal.js";

/** The environments that a command can name. */
export const ENVIRONMENTS = ["dev", "staging", "prod", "preview"] as const;

export interface EnvironmentOptions extends CommonOptions {
  projectRef?: string;
  env: (typeof ENVIRONMENTS)[number];
  branch?: string;
  json?: boolean;
}

/** What a command has that works in one environment. */
export interface EnvironmentSession {
  terminal: Terminal;
  /** With a token of that environment. */
  client: ApiClient;
}

/** What a command has that asks about one environment as the person. */
export interface ProjectSession extends EnvironmentSession {
  at: EnvironmentAddress;
}

/** Runs `command` with the person's own token, for one environment of the project. */
export async function withProject(
  options: EnvironmentOptions,
  command: (session: ProjectSession) => Promise<void>,
): Promise<void> {
  const projectRef = await findProjectRef(options.projectRef);
  const { env: environment, branch } = options;
  const at = { projectRef, environment, ...(branch === undefined ? {} : { branch }) };
  await withSession(options, ({ terminal, client }) => command({ terminal, client, at }));
}

/** Runs `command` with a token that is good for `scopes` in one environment, and for nothing else, beside the person's. */
export async function withEnvironment(
  options: EnvironmentOptions,
  scopes: string[],
  command: (session: EnvironmentSession & { person: ProjectSession }) => Promise<void>,
): Promise<void> {
  const projectRef = await findProjectRef(options.projectRef);
  await withSession(options, async ({ terminal, client, connection }) => {
    const { env: environment, branch } = options;
    const at = { projectRef, environment, ...(branch === undefined ? {} : { branch }) };
    const { token } = await client.exchangeToken(at, { claims: { scopes }, expirationTime: "24h" });
    const environmentClient = connect(terminal, { apiUrl: connection.apiUrl, accessToken: token });
    await command({ terminal, client: environmentClient, person: { terminal, client, at } });
  });
}
