import { z } from "zod";
import { addMember } from "../../app/services/add-member.server.js";
import { findUserByEmail } from "../../app/services/email.server.js";
import { defineCommand } from "./command.js";
import { email, organization, role } from "./options.js";

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
    const { userId } = await findUserByEmail(context.pool, options.email);
    return addMember(context, { organization: options.org, userId, role: options.role, by });
  },
  print: (member) => `Added to ${member.organization} as ${member.role}.`,
});
