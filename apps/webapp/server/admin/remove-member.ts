import { z } from "zod";
import { findUserByEmail } from "../../app/services/email.server.js";
import { removeMember } from "../../app/services/remove-member.server.js";
import { defineCommand } from "./command.js";
import { email, organization } from "./options.js";

export const removeMemberCommand = defineCommand({
  name: "member remove",
  summary: "end a membership with its dev environments and all that was derived from it",
  options: z.object({ org: organization, email }),
  examples: ["member remove --org acme --email grace@example.com"],
  usesRoles: true,
  async run({ context, by }, options) {
    const { userId, email: address } = await findUserByEmail(context.pool, options.email);
    return { ...(await removeMember(context, { organization: options.org, userId, by })), email: address };
  },
  print: (member) => `Removed ${member.email} from ${member.organization}.`,
});
