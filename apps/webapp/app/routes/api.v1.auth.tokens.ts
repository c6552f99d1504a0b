import { ListTokensResponseBody, ListTokensSearchParams } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopes } from "../api/endpoint.js";
import { listTokens } from "../services/list-tokens.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "List one's own tokens",
    description:
      "Personal access tokens, then user-actor tokens; of each the live ones first, then those that ended in the last 30 days. Never their secrets.",
    tag: "Tokens",
    credentials: ["pat", "uat"],
    target: "none",
    permission: scopes("read:tokens"),
    query: ListTokensSearchParams,
    answers: { 200: { description: "The tokens", schema: ListTokensResponseBody } },
    handler: ({ context, caller, query }) =>
      listTokens(context, caller.user.id, { size: Number(query["page[size]"] ?? 1000), after: query["page[after]"] }),
  }),
});
