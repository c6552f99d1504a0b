import { GetEnvironmentResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopes } from "../api/endpoint.js";
import { getEnvironment } from "../services/get-environment.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "Read an environment and its key",
    description: "`dev` is the caller's own. The key outlives the token that fetched it, so it has a scope of its own.",
    tag: "Environments",
    audit: "environment_key.read",
    credentials: ["pat", "uat", "environmentKey"],
    target: "environment",
    requireBranch: true,
    permission: scopes("read:apiKeys"),
    answers: { 200: { description: "The environment", schema: GetEnvironmentResponseBody } },
    handler: ({ context, caller, place }) => getEnvironment(context, caller, place),
  }),
});
