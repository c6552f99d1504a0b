import { ListRunEventsResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint } from "../api/endpoint.js";
import { READ_ONE_RUN } from "../api/read-one-run.js";
import { listRunEvents } from "../services/run-trace.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "List what happened in a run",
    description: "The spans and lines of its trace, in the order in which they began.",
    ...READ_ONE_RUN,
    answers: { 200: { description: "What happened", schema: ListRunEventsResponseBody } },
    handler: ({ context, caller, params }) => listRunEvents(context, caller, params["runId"] ?? ""),
  }),
});
