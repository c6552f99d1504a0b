import { apiRoute } from "../api/api-route.js";
import { endpoint } from "../api/endpoint.js";
import { Reply } from "../api/json-response.js";
import { OPEN_TO_WORKERS } from "../api/worker-permission.js";
import { presenceStream } from "../services/presence-stream.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "Be connected",
    description: "Server-sent events for as long as the connection lasts; `dev-status` tells of it.",
    tag: "Workers",
    credentials: ["environmentKey"],
    target: "credential",
    permission: OPEN_TO_WORKERS,
    answers: { 200: { description: "The stream" } },
    async handler({ context, caller, request, recheck }) {
      // Nobody would read the stream of a HEAD, nor end it.
      const stream =
        request.method === "HEAD" ? undefined : presenceStream(context, caller, { gone: request.signal, recheck });
      return new Reply(stream, { headers: { "content-type": "text/event-stream" } });
    },
  }),
});
