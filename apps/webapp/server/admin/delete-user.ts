import { z } from "zod";
import { deleteUser } from "../../app/services/delete-user.server.js";
import { findUserByEmail } from "../../app/services/email.server.js";
import { defineCommand } from "./command.js";
import { email } from "./options.js";

export const deleteUserCommand = defineCommand({
  name: "user delete",
  summary: "delete an account with its tokens, sessions, memberships and dev environments",
  options: z.object({
    email,
    successor: z.string().optional().meta({
      value: "<address>",
      description: "who becomes the owner of the organizations that would have none",
    }),
  }),
  examples: [
    "user delete --email ada@example.com",
    "user delete --email ada@example.com --successor grace@example.com",
  ],
  usesRoles: true,
  async run({ context, by }, options) {
    const { userId } = await findUserByEmail(context.pool, options.email);
    const successor = options.successor === undefined ? null : await findUserByEmail(context.pool, options.successor);
    return deleteUser(context, { userId, successorId: successor?.userId, by });
  },
  print: ({ email: address, handedOver }) =>
    [`Deleted ${address}.`, ...handedOver.map((slug) => `The organization ${slug} has another owner now.`)].join("\n"),
});
