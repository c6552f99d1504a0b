import { EnvironmentVariableChangedResponseBody, ImportEnvironmentVariablesRequestBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopes } from "../api/endpoint.js";
import { importEnvironmentVariables } from "../services/environment-variables.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Set many environment variables",
    description: "All or none. Those that exist stay as they are unless `override` is true.",
    tag: "Environment variables",
    credentials: ["pat", "uat", "environmentKey"],
    target: "environment",
    permission: scopes("write:envvars"),
    body: ImportEnvironmentVariablesRequestBody,
    example: { variables: { GREETING: "hello", REGION: "eu" }, override: true },
    answers: { 200: { description: "Set", schema: EnvironmentVariableChangedResponseBody } },
    async handler({ context, place, body }) {
      await importEnvironmentVariables(context, place.environment, body);
      return { success: true };
    },
  }),
});
