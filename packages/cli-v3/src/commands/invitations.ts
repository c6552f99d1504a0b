import type { CommonOptions } from "../common-options.js";
import { printTable } from "../print-table.js";
import { withSession } from "../session.js";
import { jsonLine, oneLine } from "../terminal-text.js";

/** Prints the invitations to oneself. */
export function listInvitations(options: CommonOptions & { json?: boolean }): Promise<void> {
  return withSession(options, async ({ client, terminal }) => {
    const { invitations } = await client.listInvitations();
    if (options.json) return terminal.result(jsonLine(invitations));
    if (invitations.length === 0) terminal.note("Nobody has invited you.");
    await printTable(
      terminal,
      ["ID", "Organization", "Role", "Until"],
      invitations.map(({ id, organization, role, expiresAt }) => [id, organization.slug, role, expiresAt]),
    );
  });
}

/** Becomes a member of the organization of an invitation. */
export function acceptInvitation(id: string, options: CommonOptions & { json?: boolean }): Promise<void> {
  return withSession(options, async ({ client, terminal }) => {
    const accepted = await client.acceptInvitation(id);
    terminal.result(
      options.json ? jsonLine(accepted) : oneLine(`You are ${accepted.role} of ${accepted.organization} now.`),
    );
  });
}
