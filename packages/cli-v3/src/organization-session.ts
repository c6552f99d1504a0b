import type { CommonOptions } from "./common-options.js";
import { type Session, withSession } from "./session.js";
import { oneLine } from "./terminal-text.js";
import { CommandFailure } from "./usage-error.js";

/** The options of a command about one organization. */
export interface OrganizationOptions extends CommonOptions {
  org?: string;
  json?: boolean;
}

/** A session, and the organization that the command is about. */
export type OrganizationSession = Session & { org: string };

/** Runs `command` about the organization of `--org`, or the only one there is. */
export function withOrganization(
  options: OrganizationOptions,
  command: (session: OrganizationSession) => Promise<void>,
): Promise<void> {
  return withSession(options, async (session) => {
    await command({ ...session, org: options.org ?? (await onlyOrganization(session)) });
  });
}

async function onlyOrganization({ client }: Session): Promise<string> {
  const [only, ...others] = await client.listOrganizations();
  if (only && others.length === 0) return only.slug;
  if (!only) throw new CommandFailure("You are a member of no organization.");
  const slugs = [only, ...others].map(({ slug }) => oneLine(slug)).join(", ");
  throw new CommandFailure(`You are a member of several organizations. Name one with --org: ${slugs}.`);
}
