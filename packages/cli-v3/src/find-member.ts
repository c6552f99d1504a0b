import type { OrganizationSession } from "./organization-session.js";
import { oneLine } from "./terminal-text.js";
import { CommandFailure } from "./usage-error.js";

/** The id of the member, or else of the invitation, that is named by its id or by an email address. */
export async function findMember({ client, org }: OrganizationSession, named: string): Promise<string> {
  if (/^(?:user|invite)_/.test(named)) return named;
  const email = named.trim().toLowerCase();
  const { members, invitations } = await client.listMembers(org);
  const found = [...members, ...invitations].find((one) => one.email === email);
  if (!found) throw new CommandFailure(`${oneLine(named)} is no member of ${oneLine(org)}.`);
  return found.id;
}
