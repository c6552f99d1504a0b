import { confirm } from "../confirm.js";
import { findMember } from "../find-member.js";
import { type OrganizationOptions, withOrganization } from "../organization-session.js";
import { printTable } from "../print-table.js";
import { jsonLine, oneLine } from "../terminal-text.js";

/** Prints the members of an organization, and whom it has invited. */
export function listMembers(options: OrganizationOptions): Promise<void> {
  return withOrganization(options, async ({ client, terminal, org }) => {
    const listed = await client.listMembers(org);
    if (options.json) return terminal.result(jsonLine(listed));
    await printTable(
      terminal,
      ["Email", "Role", "In projects", "Since", "ID"],
      [
        ...listed.members.map(({ id, email, role, since, grants }) => [
          email,
          role,
          grants.map((grant) => `${grant.role}@${grant.projectRef}`).join(" "),
          since.slice(0, 10),
          id,
        ]),
        ...listed.invitations.map(({ id, email, role }) => [email, role, "", "invited", id]),
      ],
    );
  });
}

/** Invites whoever has an address. */
export function inviteMember(email: string, options: OrganizationOptions & { role?: string }): Promise<void> {
  return withOrganization(options, async ({ client, terminal, org }) => {
    const invitation = await client.inviteMember(org, { email, role: options.role });
    terminal.result(options.json ? jsonLine(invitation) : oneLine(invitation.id));
    terminal.note(
      oneLine(
        `${invitation.email} can become ${invitation.role} of ${org} until ${invitation.expiresAt}, with an account of that address: trigger.dev invitations accept ${invitation.id}`,
      ),
    );
  });
}

/** Gives a member another role. */
export function setMemberRole(member: string, role: string, options: OrganizationOptions): Promise<void> {
  return withOrganization(options, async (session) => {
    const changed = await session.client.setMemberRole(session.org, await findMember(session, member), role);
    session.terminal.result(options.json ? jsonLine(changed) : oneLine(`${member} is ${changed.role} now.`));
  });
}

/** Ends a membership, or takes an invitation back. */
export function removeMember(member: string, options: OrganizationOptions & { yes?: boolean }): Promise<void> {
  return withOrganization(options, async (session) => {
    const id = await findMember(session, member);
    await confirm(
      `Remove ${oneLine(member)} from ${oneLine(session.org)}, with their dev environments and runs?`,
      options,
    );
    await session.client.removeMember(session.org, id);
    session.terminal.result(options.json ? jsonLine({ id, organization: session.org }) : oneLine(id));
  });
}
