import { z } from "zod";
import { notFound } from "../../app/api/errors.js";
import { findUserActorToken } from "../../app/services/list-user-actor-tokens.server.js";
import { revokeUserActorToken } from "../../app/services/revoke-user-actor-token.server.js";
import { defineCommand } from "./command.js";
import { id } from "./options.js";

export const revokeTokenCommand = defineCommand({
  name: "token revoke",
  summary: "revoke a user-actor token and what it was exchanged for",
  options: z.object({ id: id("the token's id, uat_…") }),
  examples: ["token revoke --id uat_abcdefghijklmnopqrstuvwx"],
  async run({ context, by }, { id: tokenId }) {
    if (!(await revokeUserActorToken(context, { tokenId, by }))) throw notFound("User-actor token");
    return { tokenId, tokens: await findUserActorToken(context, tokenId) };
  },
  print: ({ tokenId }) => `Revoked ${tokenId}.`,
});
