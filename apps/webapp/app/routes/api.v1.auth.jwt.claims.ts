import { JwtClaimsResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, open } from "../api/endpoint.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Claims for a self-signed environment JWT",
    description: "What a holder of the environment's key puts into a token that it signs with that key.",
    tag: "Tokens",
    credentials: ["environmentKey"],
    target: "credential",
    permission: open("the key signs the token; this only names the environment"),
    answers: { 200: { description: "The claims", schema: JwtClaimsResponseBody } },
    handler: async ({ place }) => ({ sub: place.environment.id, pub: true }),
  }),
});
