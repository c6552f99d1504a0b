import { z } from "zod";
import { findUserByEmail } from "../../app/services/email.server.js";
import { listUserActorTokens, type UserActorTokenRow } from "../../app/services/list-user-actor-tokens.server.js";
import { defineCommand } from "./command.js";
import { email } from "./options.js";

const line = ({ id, client, cap, expiresAt, revokedAt }: UserActorTokenRow): string => {
  const state = revokedAt ? `revoked ${revokedAt.toISOString()}` : `expires ${expiresAt.toISOString()}`;
  return `${id}  ${state}  ${JSON.stringify(client)}  ${cap ? cap.join(" ") : "(no cap)"}`;
};

export const listTokensCommand = defineCommand({
  name: "token list",
  summary: "list a person's user-actor tokens, newest first",
  options: z.object({ email }),
  examples: ["token list --email ada@example.com"],
  async run({ context }, options) {
    const { userId } = await findUserByEmail(context.pool, options.email);
    return { tokens: await listUserActorTokens(context, { userId }) };
  },
  print: ({ tokens }) => (tokens.length === 0 ? "No tokens." : tokens.map(line).join("\n")),
});
