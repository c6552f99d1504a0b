import { OverrideQueueConcurrencyRequestBody, QueueItem, QueueReference } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopes } from "../api/endpoint.js";
import { notFound } from "../api/errors.js";
import { limitQueue } from "../services/queues.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Override a queue's concurrency limit",
    description: "Until it is reset, whatever limit its worker says. None of a limit of 0 starts.",
    tag: "Queues",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: scopes("write:queues"),
    body: OverrideQueueConcurrencyRequestBody,
    example: { type: "task", concurrencyLimit: 5 },
    answers: { 200: { description: "The queue as it is now", schema: QueueItem } },
    handler({ context, caller, params, body }) {
      const reference = QueueReference.safeParse(params["queue"]);
      if (!reference.success) throw notFound("Queue");
      return limitQueue(context, caller, {
        reference: reference.data,
        type: body.type,
        limit: body.concurrencyLimit,
      });
    },
  }),
});
