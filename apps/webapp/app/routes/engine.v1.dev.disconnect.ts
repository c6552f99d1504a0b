import { DisconnectRequestBody } from "@trigger.dev/core/v3";
import { z } from "zod";
import { apiRoute } from "../api/api-route.js";
import { endpoint } from "../api/endpoint.js";
import { OPEN_TO_WORKERS } from "../api/worker-permission.js";
import { disconnectWorker } from "../services/disconnect-worker.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Cancel the runs of a worker that is gone",
    tag: "Workers",
    credentials: ["environmentKey"],
    target: "credential",
    permission: OPEN_TO_WORKERS,
    body: DisconnectRequestBody,
    example: { runFriendlyIds: ["run_aaaaaaaaaaaaaaaaaaaaaaaa"] },
    plainText: true,
    answers: { 200: { description: "How many it cancelled", schema: z.object({ cancelled: z.int() }) } },
    handler: ({ context, caller, body }) => disconnectWorker(context, caller, body),
  }),
});
