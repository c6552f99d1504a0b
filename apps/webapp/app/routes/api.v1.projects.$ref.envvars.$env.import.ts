import { EnvironmentVariableChangedResponseBody, ImportEnvironmentVariablesRequestBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopes } from "../api/endpoint.js";
import { importEnvironmentVariables } from "../services/change-environment-variables.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Set many environment variables",
    audit: "environment-variable.import",
    description: "All or none. Those that exist stay as they are unless `override` is true.",
    tag: "Environment variables",
    credentials: ["pat", "uat", "environmentKey"],
    target: "environment",
    permission: scopes("write:envvars"),
    body: ImportEnvironmentVariablesRequestBody,
    example: { variables: { GREETING: "hello", REGION: "eu" }, override: true },
    answers: { 200: { description: "Set", schema: EnvironmentVariableChangedResponseBody } },
    async handler({ context, caller, place, body }) {
      await importEnvironmentVariables(context, { caller, ...place }, body);
      return { success: true };
    },
  }),
});
