import { MintUserActorTokenRequestBody, MintUserActorTokenResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, open } from "../api/endpoint.js";
import { ScopeList } from "../api/scope-list.js";
import { mintUserActorToken } from "../services/mint-user-actor-token.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Mint a user-actor token",
    description:
      "A short-lived token that acts as the person behind the PAT, narrowed to `cap`. It can never mint another.",
    tag: "Tokens",
    audit: "uat.mint",
    credentials: ["pat"],
    target: "none",
    permission: open("whoever holds the PAT may hand out less than it"),
    body: MintUserActorTokenRequestBody.extend({
      cap: ScopeList.optional().describe(MintUserActorTokenRequestBody.shape.cap.description ?? ""),
    }),
    example: { cap: ["read:runs"], client: "nightly-report", ttlSeconds: 1800 },
    answers: { 200: { description: "The token, shown once", schema: MintUserActorTokenResponseBody } },
    handler: ({ context, caller, body }) => mintUserActorToken(context, caller, body),
  }),
});
