import { z } from "zod";
import { apiRoute } from "../api/api-route.js";
import { endpoint } from "../api/endpoint.js";
import { OPEN_TO_WORKERS } from "../api/worker-permission.js";
import { startRunAttempt } from "../services/start-run-attempt.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Start the next attempt of a run",
    description: "409 when the run is not the worker's any more.",
    tag: "Workers",
    credentials: ["environmentKey"],
    target: "credential",
    permission: OPEN_TO_WORKERS,
    body: z.object({ isWarmStart: z.boolean().optional() }),
    example: { isWarmStart: false },
    plainText: true,
    answers: { 200: { description: "What is needed to execute it" }, 409: { description: "The run has moved on" } },
    handler: ({ context, caller, params: { runId = "", snapshotId = "" } }) =>
      startRunAttempt(context, caller, { runId, snapshotId }),
  }),
});
