import { ListTokensResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopes } from "../api/endpoint.js";
import { listTokens } from "../services/list-tokens.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "List one's own tokens",
    description: "Live ones first, then those that ended in the last 30 days; never their secrets.",
    tag: "Tokens",
    credentials: ["pat", "uat"],
    target: "none",
    permission: scopes("read:tokens"),
    answers: { 200: { description: "The tokens", schema: ListTokensResponseBody } },
    handler: ({ context, caller }) => listTokens(context, caller.user.id),
  }),
});
