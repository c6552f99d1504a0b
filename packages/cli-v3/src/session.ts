import type { ApiClient } from "@trigger.dev/core/client";
import type { CommonOptions } from "./common-options.js";
import { readConfig } from "./config-file.js";
import { chooseConnection, type Connection } from "./connection.js";
import { connect } from "./connect.js";
import { explainServerError } from "./explain-error.js";
import { createTerminal, type Terminal } from "./terminal.js";
import { oneLine } from "./terminal-text.js";
import { CommandFailure } from "./usage-error.js";

/** What a command has that is signed in. */
export interface Session {
  terminal: Terminal;
  client: ApiClient;
  connection: Connection;
}

/** Finds the server and the token, runs `command`, and turns a server's refusal into an explanation. */
export async function withSession(options: CommonOptions, command: (session: Session) => Promise<void>): Promise<void> {
  const terminal = createTerminal(options.logLevel);
  const connection = chooseConnection(await readConfig(), options);
  if (connection.signedInTo && connection.source.kind === "profile") {
    terminal.note(
      `Using the token of profile "${oneLine(connection.source.name)}" (${connection.signedInTo}) at ${connection.apiUrl}.`,
    );
  }
  try {
    await command({ terminal, connection, client: connect(terminal, connection) });
  } catch (error) {
    const lines = explainServerError(error, connection);
    throw lines ? new CommandFailure(lines.join("\n"), { cause: error }) : error;
  }
}
