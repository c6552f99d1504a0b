import { z } from "zod";
import { apiRoute } from "../api/api-route.js";
import { endpoint } from "../api/endpoint.js";
import { Reply } from "../api/json-response.js";
import { OPEN_TO_WORKERS } from "../api/worker-permission.js";
import { logWorkerMessage } from "../services/log-worker-message.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Leave a worker's debug message in the server's log",
    tag: "Workers",
    credentials: ["environmentKey"],
    target: "credential",
    permission: OPEN_TO_WORKERS,
    body: z.object({ message: z.string().max(10_000).optional() }),
    example: { message: "the run is warm" },
    plainText: true,
    answers: { 204: { description: "Taken; the server logs it at its level debug" } },
    async handler({ context, caller, params: { runId = "" }, body: { message } }) {
      await logWorkerMessage(context, caller, { runId, message });
      return new Reply(undefined, { status: 204 });
    },
  }),
});
