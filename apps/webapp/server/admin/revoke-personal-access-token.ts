import { z } from "zod";
import { notFound } from "../../app/api/errors.js";
import { revokePersonalAccessToken } from "../../app/services/revoke-personal-access-token.server.js";
import { defineCommand } from "./command.js";
import { id } from "./options.js";

export const revokePersonalAccessTokenCommand = defineCommand({
  name: "pat revoke",
  summary: "revoke a personal access token and all that was made from it",
  options: z.object({ id: id("the token's id, pat_…") }),
  examples: ["pat revoke --id pat_abcdefghijklmnopqrstuvwx"],
  async run({ context, by }, { id: tokenId }) {
    if (!(await revokePersonalAccessToken(context, { tokenId, by }))) throw notFound("Personal access token");
    return { tokenId };
  },
  print: ({ tokenId }) => `Revoked ${tokenId}.`,
});
