import { ExchangeTokenRequestBody, ExchangeTokenResponseBody } from "@trigger.dev/core/v3";
import { z } from "zod";
import { apiRoute } from "../api/api-route.js";
import { checked, endpoint } from "../api/endpoint.js";
import { ExpirationField } from "../api/expiration-field.js";
import { ScopeList } from "../api/scope-list.js";
import { exchangeToken } from "../services/exchange-token.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Exchange a token for an environment JWT",
    description:
      "Grants what was asked for as far as the person's role and every cap cover it. The JWT names whom it acts for, " +
      "never outlives the token it came from, and dies with it.",
    tag: "Tokens",
    audit: "token.exchange",
    credentials: ["pat", "uat"],
    target: "environment",
    requireBranch: true,
    permission: checked("membership, and something to grant"),
    body: ExchangeTokenRequestBody.extend({
      claims: z.object({ scopes: ScopeList.optional() }).optional(),
      expirationTime: ExpirationField,
    }),
    example: { claims: { scopes: ["read:runs"] }, expirationTime: "30m" },
    answers: { 200: { description: "The environment JWT", schema: ExchangeTokenResponseBody } },
    handler: ({ context, caller, place, body }) => exchangeToken(context, caller, place, body),
  }),
});
