import type { RolePermissionItem } from "@trigger.dev/core/v3";
import { confirm } from "../confirm.js";
import { findMember } from "../find-member.js";
import { type OrganizationOptions, withOrganization } from "../organization-session.js";
import { printTable } from "../print-table.js";
import { permissionText } from "../role-permission.js";
import { jsonLine, oneLine } from "../terminal-text.js";
import { UsageError } from "../usage-error.js";

/** Prints the roles of an organization. */
export function listRoles(options: OrganizationOptions): Promise<void> {
  return withOrganization(options, async ({ client, terminal, org }) => {
    const listed = await client.listRoles(org);
    if (options.json) return terminal.result(jsonLine(listed));
    await printTable(
      terminal,
      ["Role", "Kind", "Description", "Permissions"],
      listed.roles.map(({ name, kind, description, permissions }) => [
        name,
        kind,
        description,
        permissions.map(permissionText).join(" "),
      ]),
    );
  });
}

interface RoleOptions extends OrganizationOptions {
  allow?: RolePermissionItem[];
  description?: string;
}

/** Makes a role. */
export function createRole(name: string, options: RoleOptions): Promise<void> {
  const { allow: permissions, description } = options;
  if (!permissions) throw new UsageError("Say what the role allows, with --allow once for each scope.");
  return withOrganization(options, async ({ client, terminal, org }) => {
    const role = await client.createRole(org, { name, description, permissions });
    terminal.result(options.json ? jsonLine(role) : oneLine(role.name));
  });
}

/** Changes a role for all who have it. */
export function updateRole(name: string, options: RoleOptions): Promise<void> {
  const { allow: permissions, description } = options;
  if (!permissions && description === undefined)
    throw new UsageError("Say what to change, with --allow or --description.");
  return withOrganization(options, async ({ client, terminal, org }) => {
    const role = await client.updateRole(org, name, { description, permissions });
    terminal.result(options.json ? jsonLine(role) : oneLine(role.name));
  });
}

/** Deletes a role. */
export function deleteRole(
  name: string,
  options: OrganizationOptions & { force?: boolean; yes?: boolean },
): Promise<void> {
  return withOrganization(options, async ({ client, terminal, org }) => {
    await confirm(`Delete the role ${oneLine(name)} of ${oneLine(org)}?`, options);
    await client.deleteRole(org, name, { force: options.force });
    terminal.result(options.json ? jsonLine({ name, organization: org }) : oneLine(name));
  });
}

/** Gives a member a role, in the whole organization or a further one in one project. */
export function assignRole(
  role: string,
  member: string,
  options: OrganizationOptions & { projectRef?: string },
): Promise<void> {
  return withOrganization(options, async (session) => {
    const { client, terminal, org } = session;
    const { projectRef } = options;
    const userId = await findMember(session, member);
    const given =
      projectRef === undefined
        ? await client.setMemberRole(org, userId, role)
        : await client.grantProjectRole(org, { userId, projectRef, role });
    terminal.result(
      options.json
        ? jsonLine(given)
        : oneLine(`${member} is ${given.role} ${projectRef === undefined ? "now" : `in ${projectRef} now`}.`),
    );
  });
}

/** Takes a member's role in one project away. */
export function unassignRole(member: string, options: OrganizationOptions & { projectRef: string }): Promise<void> {
  return withOrganization(options, async (session) => {
    const { projectRef } = options;
    const userId = await findMember(session, member);
    await session.client.revokeProjectRole(session.org, { userId, projectRef });
    session.terminal.result(options.json ? jsonLine({ userId, projectRef }) : oneLine(userId));
  });
}
