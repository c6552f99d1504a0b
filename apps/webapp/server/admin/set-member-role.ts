import { z } from "zod";
import { findUserByEmail } from "../../app/services/email.server.js";
import { setMemberRole } from "../../app/services/set-member-role.server.js";
import { defineCommand } from "./command.js";
import { email, organization, role } from "./options.js";

export const setMemberRoleCommand = defineCommand({
  name: "member set-role",
  summary: "give a member another role, from their next request on",
  options: z.object({ org: organization, email, role }),
  examples: ["member set-role --org acme --email grace@example.com --role viewer"],
  usesRoles: true,
  async run({ context, by }, options) {
    const { userId } = await findUserByEmail(context.pool, options.email);
    return setMemberRole(context, { organization: options.org, userId, role: options.role, by });
  },
  print: (member) => `Is ${member.role} of ${member.organization} now.`,
});
