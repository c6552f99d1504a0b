import {
  CreateEnvironmentVariableRequestBody,
  EnvironmentVariableChangedResponseBody,
  ListEnvironmentVariablesResponseBody,
} from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopes } from "../api/endpoint.js";
import { createEnvironmentVariable } from "../services/change-environment-variables.server.js";
import { listEnvironmentVariables } from "../services/environment-variables.server.js";

const shared = {
  tag: "Environment variables",
  credentials: ["pat", "uat", "environmentKey"],
  target: "environment",
} as const;

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    ...shared,
    summary: "List environment variables",
    description: "The value of a secret one is masked: it never comes back.",
    permission: scopes("read:envvars"),
    answers: { 200: { description: "The variables", schema: ListEnvironmentVariablesResponseBody } },
    handler: ({ context, place }) => listEnvironmentVariables(context, place.environment),
  }),
  POST: endpoint({
    ...shared,
    summary: "Set an environment variable",
    audit: "environment-variable.set",
    description: "Replaces the one of that name. A secret one stays secret.",
    permission: scopes("write:envvars"),
    body: CreateEnvironmentVariableRequestBody,
    example: { name: "GREETING", value: "hello" },
    answers: { 200: { description: "Set", schema: EnvironmentVariableChangedResponseBody } },
    async handler({ context, caller, place, body }) {
      await createEnvironmentVariable(context, { caller, ...place }, body);
      return { success: true };
    },
  }),
});
