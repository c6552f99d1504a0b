import { z } from "zod";
import { deleteUser } from "../../app/services/delete-user.server.js";
import { findUserByEmail } from "../../app/services/email.server.js";
import { defineCommand } from "./command.js";
import { email } from "./options.js";

export const deleteUserCommand = defineCommand({
  name: "user delete",
  summary: "delete an account with its tokens, sessions, memberships and dev environments",
  options: z.object({ email }),
  examples: ["user delete --email ada@example.com"],
  async run({ context, by }, options) {
    const { userId } = await findUserByEmail(context.pool, options.email);
    return deleteUser(context, { userId, by });
  },
  print: ({ email: address, ownerless }) =>
    [
      `Deleted ${address}.`,
      ...ownerless.map((slug) => `The organization ${slug} has no owner now: member set-role makes one.`),
    ].join("\n"),
});
