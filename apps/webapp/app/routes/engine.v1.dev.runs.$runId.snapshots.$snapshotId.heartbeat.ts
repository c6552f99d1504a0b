import { z } from "zod";
import { apiRoute } from "../api/api-route.js";
import { endpoint } from "../api/endpoint.js";
import { OPEN_TO_WORKERS } from "../api/worker-permission.js";
import { runHeartbeat } from "../services/run-heartbeat.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Say that a run is still being executed",
    tag: "Workers",
    credentials: ["environmentKey"],
    target: "credential",
    permission: OPEN_TO_WORKERS,
    body: z.object({}),
    example: {},
    plainText: true,
    answers: { 200: { description: "It is", schema: z.object({ ok: z.literal(true) }) } },
    handler: ({ context, caller, params: { runId = "", snapshotId = "" } }) =>
      runHeartbeat(context, caller, { runId, snapshotId }),
  }),
});
