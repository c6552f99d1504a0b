import { CurrentWorkerResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopes } from "../api/endpoint.js";
import { readCurrentWorker } from "../services/read-current-worker.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "Read the current version of an environment's tasks",
    tag: "Tasks",
    credentials: ["pat", "uat"],
    target: "environment",
    permission: scopes("read:tasks"),
    answers: { 200: { description: "The version and its tasks", schema: CurrentWorkerResponseBody } },
    handler: ({ context, place }) => readCurrentWorker(context, place),
  }),
});
