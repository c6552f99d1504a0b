import type { CommonOptions } from "../common-options.js";
import { printTable } from "../print-table.js";
import { withSession } from "../session.js";
import { jsonLine } from "../terminal-text.js";

/** Prints the projects that one can see. */
export function listProjects(options: CommonOptions & { json?: boolean }): Promise<void> {
  return withSession(options, async ({ client, terminal }) => {
    const projects = await client.listProjects();
    if (options.json) return terminal.result(jsonLine(projects));
    if (projects.length === 0) terminal.note("There is no project that you can see.");
    await printTable(
      terminal,
      ["Name", "Ref", "Organization", "Created"],
      projects.map(({ name, externalRef, organization, createdAt }) => [
        name,
        externalRef,
        organization.title,
        createdAt.slice(0, 10),
      ]),
    );
  });
}
