import { z } from "zod";
import { createSignInLink } from "../../app/services/create-sign-in-link.server.js";
import { findUserByEmail } from "../../app/services/email.server.js";
import { defineCommand } from "./command.js";
import { email } from "./options.js";

export const createSignInLinkCommand = defineCommand({
  name: "user sign-in-link",
  summary: "make a link that signs a person in for a day; an earlier one ends",
  options: z.object({ email }),
  examples: ["user sign-in-link --email ada@example.com"],
  async run({ context, by }, options) {
    const user = await findUserByEmail(context.pool, options.email);
    const link = await createSignInLink(context, { userId: user.userId, by });
    return { userId: user.userId, email: user.email, ...link };
  },
  print: ({ email: address, signInUrl, expiresAt }) =>
    `${address} signs in until ${expiresAt.toISOString()}, at ${signInUrl}`,
});
