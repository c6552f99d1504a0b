import { QueueItem, QueueReference, RetrieveQueueSearchParams } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopes } from "../api/endpoint.js";
import { notFound } from "../api/errors.js";
import { retrieveQueue } from "../services/queues.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "Read a queue",
    description: "`type` says how the path names it: by `id`, as the `task` whose own it is, or by its `custom` name.",
    tag: "Queues",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: scopes("read:queues"),
    query: RetrieveQueueSearchParams,
    answers: { 200: { description: "The queue", schema: QueueItem } },
    handler({ context, caller, params, query }) {
      const reference = QueueReference.safeParse(params["queue"]);
      if (!reference.success) throw notFound("Queue");
      return retrieveQueue(context, caller, { reference: reference.data, type: query.type });
    },
  }),
});
