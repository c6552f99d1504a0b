import type { ErrorActivityItem } from "@trigger.dev/core/v3";
import { type EnvironmentOptions, withEnvironment } from "../environment-session.js";
import { printTable } from "../print-table.js";
import { jsonLine } from "../terminal-text.js";

export interface ListErrorActivityOptions extends EnvironmentOptions {
  limit: string;
}

/** Prints what happened to an error, the latest first. */
export function listErrorActivity(id: string, options: ListErrorActivityOptions): Promise<void> {
  return withEnvironment(options, [`read:errors:${id}`], async ({ client, terminal }) => {
    const { data: changes } = await client.listErrorActivity(id, { "page[size]": options.limit });
    if (options.json) return terminal.result(jsonLine(changes));
    if (changes.length === 0) terminal.note("Nobody has changed it yet.");
    await printTable(
      terminal,
      ["At", "From", "To", "Reason", "Version", "Who", "With", "Client"],
      changes.map((change) => [
        change.at,
        change.from,
        change.to,
        change.reason,
        change.version ?? "",
        whoOf(change),
        change.credential === null ? "" : `${change.credential.kind} ${change.credential.id}`,
        change.client ?? "",
      ]),
    );
  });
}

const whoOf = ({ user }: ErrorActivityItem): string => (user === null ? "" : (user.name ?? user.id));
