import { z } from "zod";
import { findUserByEmail } from "../../app/services/email.server.js";
import { setMemberRole } from "../../app/services/set-member-role.server.js";
import { defineCommand } from "./command.js";
import { email, organization, role } from "./options.js";
import { NO_ROLES, roleHolds } from "./role-holds.js";

export const setMemberRoleCommand = defineCommand({
  name: "member set-role",
  summary: "give a member another role, from their next request on",
  options: z.object({ org: organization, email, role }),
  examples: ["member set-role --org acme --email grace@example.com --role viewer"],
  usesRoles: true,
  async run({ context, by }, options) {
    const { userId, email: address } = await findUserByEmail(context.pool, options.email);
    const member = await setMemberRole(context, { organization: options.org, userId, role: options.role, by });
    return { ...member, email: address, ...roleHolds(context) };
  },
  print: ({ email: address, organization: slug, role: name, roleHolds: holds }) =>
    `${address} is ${name} of ${slug} now.${holds ? "" : NO_ROLES}`,
});
