import { PauseQueueRequestBody, QueueItem, QueueReference } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopes } from "../api/endpoint.js";
import { notFound } from "../api/errors.js";
import { pauseQueue } from "../services/queues.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Pause or resume a queue",
    description: "No run of a paused queue starts; those that are being executed go on.",
    tag: "Queues",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: scopes("write:queues"),
    body: PauseQueueRequestBody,
    example: { type: "task", action: "pause" },
    answers: { 200: { description: "The queue as it is now", schema: QueueItem } },
    handler({ context, caller, params, body }) {
      const reference = QueueReference.safeParse(params["queue"]);
      if (!reference.success) throw notFound("Queue");
      return pauseQueue(context, caller, { ...body, reference: reference.data });
    },
  }),
});
