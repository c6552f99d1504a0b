import { ListQueuesResponseBody, ListQueuesSearchParams } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopes } from "../api/endpoint.js";
import { listQueues } from "../services/queues.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "List queues",
    description: "By name. A queue is there once a task has it, or a run is in it.",
    tag: "Queues",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: scopes("read:queues"),
    query: ListQueuesSearchParams,
    answers: { 200: { description: "A page of queues", schema: ListQueuesResponseBody } },
    handler: ({ context, caller, query }) => listQueues(context, caller, query),
  }),
});
