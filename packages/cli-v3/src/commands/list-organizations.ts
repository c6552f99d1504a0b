import type { CommonOptions } from "../common-options.js";
import { printTable } from "../print-table.js";
import { withSession } from "../session.js";
import { jsonLine } from "../terminal-text.js";

/** Prints the organizations that one is a member of. */
export function listOrganizations(options: CommonOptions & { json?: boolean }): Promise<void> {
  return withSession(options, async ({ client, terminal }) => {
    const organizations = await client.listOrganizations();
    if (options.json) return terminal.result(jsonLine(organizations));
    if (organizations.length === 0) terminal.note("You are a member of no organization.");
    await printTable(
      terminal,
      ["Title", "Slug", "Id", "Created"],
      organizations.map(({ title, slug, id, createdAt }) => [title, slug, id, createdAt.slice(0, 10)]),
    );
  });
}
