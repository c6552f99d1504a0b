import type { CommonOptions } from "../common-options.js";
import { withSession } from "../session.js";
import { jsonLine, oneLine } from "../terminal-text.js";

export interface WhoAmIOptions extends CommonOptions {
  projectRef?: string;
  json?: boolean;
}

/** Prints who the token belongs to. */
export function whoami(options: WhoAmIOptions): Promise<void> {
  return withSession(options, async ({ client, terminal, connection }) => {
    const me = await client.whoami(options.projectRef === undefined ? {} : { projectRef: options.projectRef });
    const profile = connection.source.kind === "profile" ? connection.source.name : null;
    if (options.json) {
      terminal.result(jsonLine({ ...me, apiUrl: connection.apiUrl, profile }));
      return;
    }
    const lines: [string, string][] = [
      ["User ID", me.userId],
      ["Email", me.email],
      ["Server", connection.apiUrl],
      ["Signed in by", profile === null ? "TRIGGER_ACCESS_TOKEN" : `profile ${profile}`],
      ["Dashboard", me.dashboardUrl],
    ];
    if (me.project)
      lines.push(["Project", `${me.project.name} (${me.project.orgTitle})`], ["Project URL", me.project.url]);
    for (const [name, value] of lines) terminal.result(`${name.padEnd(13)} ${oneLine(value)}`);
  });
}
