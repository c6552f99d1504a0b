import {
  EnvironmentVariableChangedResponseBody,
  EnvironmentVariableItem,
  EnvironmentVariableName,
  UpdateEnvironmentVariableRequestBody,
} from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopes, type Params } from "../api/endpoint.js";
import { notFound } from "../api/errors.js";
import {
  deleteEnvironmentVariable,
  updateEnvironmentVariable,
} from "../services/change-environment-variables.server.js";
import { readEnvironmentVariable } from "../services/environment-variables.server.js";

const shared = {
  tag: "Environment variables",
  credentials: ["pat", "uat", "environmentKey"],
  target: "environment",
} as const;

function nameIn(params: Params): string {
  const name = EnvironmentVariableName.safeParse(params["name"]);
  if (!name.success) throw notFound("Environment variable");
  return name.data;
}

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    ...shared,
    summary: "Read an environment variable",
    permission: scopes("read:envvars"),
    answers: { 200: { description: "The variable", schema: EnvironmentVariableItem } },
    handler: async ({ context, place, params }) => readEnvironmentVariable(context, place.environment, nameIn(params)),
  }),
  PUT: endpoint({
    ...shared,
    summary: "Change an environment variable",
    audit: "environment-variable.set",
    permission: scopes("write:envvars"),
    body: UpdateEnvironmentVariableRequestBody,
    example: { value: "good evening", isSecret: false },
    answers: { 200: { description: "Changed", schema: EnvironmentVariableChangedResponseBody } },
    async handler({ context, caller, place, params, body }) {
      await updateEnvironmentVariable(context, { caller, ...place }, { ...body, name: nameIn(params) });
      return { success: true };
    },
  }),
  DELETE: endpoint({
    ...shared,
    summary: "Delete an environment variable",
    audit: "environment-variable.delete",
    permission: scopes("write:envvars"),
    answers: { 200: { description: "Deleted", schema: EnvironmentVariableChangedResponseBody } },
    async handler({ context, caller, place, params }) {
      await deleteEnvironmentVariable(context, { caller, ...place }, nameIn(params));
      return { success: true };
    },
  }),
});
