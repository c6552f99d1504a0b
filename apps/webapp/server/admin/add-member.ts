import { z } from "zod";
import { addMember } from "../../app/services/add-member.server.js";
import { findUserByEmail } from "../../app/services/email.server.js";
import { defineCommand } from "./command.js";
import { email, organization, role } from "./options.js";
import { NO_ROLES, roleHolds } from "./role-holds.js";

export const addMemberCommand = defineCommand({
  name: "member add",
  summary: "make a person a member of an organization, with a dev environment in each of its projects",
  options: z.object({ org: organization, email, role: role.optional() }),
  examples: [
    "member add --org acme --email grace@example.com",
    "member add --org acme --email grace@example.com --role admin",
  ],
  usesRoles: true,
  async run({ context, by }, options) {
    const { userId, email: address } = await findUserByEmail(context.pool, options.email);
    const member = await addMember(context, { organization: options.org, userId, role: options.role, by });
    return { ...member, email: address, ...roleHolds(context) };
  },
  print: ({ email: address, organization: slug, role: name, roleHolds: holds }) =>
    `Added ${address} to ${slug} as ${name}.${holds ? "" : NO_ROLES}`,
});
