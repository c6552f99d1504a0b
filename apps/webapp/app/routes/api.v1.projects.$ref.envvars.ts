import { WorkerVariablesResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopes } from "../api/endpoint.js";
import { listWorkerVariables } from "../services/environment-variables.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "Read a worker's variables",
    description: "Of the key's environment, without the secret ones: those reach a task's process with its run alone.",
    tag: "Environment variables",
    credentials: ["environmentKey"],
    target: "project",
    permission: scopes("read:envvars"),
    answers: { 200: { description: "The values by their names", schema: WorkerVariablesResponseBody } },
    handler: ({ context, caller }) => listWorkerVariables(context, caller.environment),
  }),
});
