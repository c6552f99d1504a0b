import { apiRoute } from "../api/api-route.js";
import { endpoint } from "../api/endpoint.js";
import { OPEN_TO_WORKERS } from "../api/worker-permission.js";
import { readLatestSnapshot } from "../services/read-latest-snapshot.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "Read the newest snapshot of a run",
    tag: "Workers",
    credentials: ["environmentKey"],
    target: "credential",
    permission: OPEN_TO_WORKERS,
    answers: { 200: { description: "The snapshot" } },
    handler: ({ context, caller, params: { runId = "" } }) => readLatestSnapshot(context, caller, runId),
  }),
});
