import { z } from "zod";
import { createSignInLink } from "../../app/services/create-sign-in-link.server.js";
import { createUser } from "../../app/services/create-user.server.js";
import { defineCommand } from "./command.js";
import { email } from "./options.js";

export const createUserCommand = defineCommand({
  name: "user create",
  summary: "make a person's account and a link to sign in with",
  options: z.object({
    email,
    name: z.string().optional().meta({ value: "<name>", description: "what the person is called" }),
  }),
  examples: ["user create --email ada@example.com --name Ada"],
  async run({ context, by }, options) {
    const user = await createUser(context, { email: options.email, name: options.name ?? null, by });
    const { signInUrl } = await createSignInLink(context, { userId: user.userId, by });
    return { ...user, signInUrl };
  },
  print: ({ userId, email: address, signInUrl }) => `Made ${address} (${userId}). They sign in at ${signInUrl}`,
});
