import { z } from "zod";
import { findUserByEmail } from "../../app/services/email.server.js";
import {
  listPersonalAccessTokens,
  type PersonalAccessTokenRow,
} from "../../app/services/list-personal-access-tokens.server.js";
import { defineCommand } from "./command.js";
import { email } from "./options.js";

const MOST = 1_000;

function line({ id, name, expiresAt, revokedAt }: PersonalAccessTokenRow): string {
  const ends = expiresAt ? `expires ${expiresAt.toISOString()}` : "does not expire";
  return `${id}  ${revokedAt ? `revoked ${revokedAt.toISOString()}` : ends}  ${JSON.stringify(name)}`;
}

export const listPersonalAccessTokensCommand = defineCommand({
  name: "pat list",
  summary: "list a person's personal access tokens, live ones first, then those that ended in the last 30 days",
  options: z.object({ email }),
  examples: ["pat list --email ada@example.com"],
  async run({ context }, options) {
    const { userId } = await findUserByEmail(context.pool, options.email);
    return { tokens: await listPersonalAccessTokens(context, { userId, limit: MOST }) };
  },
  print: ({ tokens }) => (tokens.length === 0 ? "No tokens." : tokens.map(line).join("\n")),
});
