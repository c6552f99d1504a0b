import { z } from "zod";
import { createPersonalAccessToken } from "../../app/services/create-personal-access-token.server.js";
import { findUserByEmail } from "../../app/services/email.server.js";
import { defineCommand } from "./command.js";
import { email, role, seconds } from "./options.js";

export const createPersonalAccessTokenCommand = defineCommand({
  name: "pat create",
  summary: "make a personal access token for somebody; it is shown this once",
  options: z.object({
    email,
    name: z.string().meta({ value: "<name>", description: "what it is for" }),
    ttlSeconds: seconds("how long it lives; without it, until it is revoked"),
    role: role.optional().meta({
      value: "<role>",
      description:
        "the highest role that it may act as; without an RBAC plugin that knows it, the token may do nothing",
    }),
  }),
  examples: [
    "pat create --email ada@example.com --name laptop",
    "pat create --email ada@example.com --name ci --ttl-seconds 86400",
    "pat create --email ada@example.com --name agent --role viewer",
  ],
  usesRoles: true,
  async run({ context, by }, options) {
    const { userId } = await findUserByEmail(context.pool, options.email);
    const { name, ttlSeconds, role: maxRole } = options;
    const { tokenId, token, expiresAt } = await createPersonalAccessToken(context, {
      userId,
      name,
      ttlSeconds,
      maxRole,
      by,
    });
    return { tokenId, token, expiresAt };
  },
  print: ({ token, tokenId, expiresAt }) =>
    `${token}\n(${tokenId}; ${expiresAt ? `expires ${expiresAt.toISOString()}` : "does not expire"})`,
});
