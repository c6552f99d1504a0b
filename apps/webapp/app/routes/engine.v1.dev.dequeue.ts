import { DequeueRequestBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint } from "../api/endpoint.js";
import { OPEN_TO_WORKERS } from "../api/worker-permission.js";
import { dequeueRuns } from "../services/dequeue-runs.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Take the next runs",
    description: "They are the worker's until it is silent about them.",
    tag: "Workers",
    credentials: ["environmentKey"],
    target: "credential",
    permission: OPEN_TO_WORKERS,
    body: DequeueRequestBody,
    example: { currentWorker: "worker_aaaaaaaaaaaaaaaaaaaaaaaa" },
    plainText: true,
    answers: { 200: { description: "The runs, with their snapshots" } },
    handler: ({ context, caller, body }) => dequeueRuns(context, caller, body),
  }),
});
