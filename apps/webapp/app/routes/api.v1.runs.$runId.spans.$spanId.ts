import { RetrieveSpanResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint } from "../api/endpoint.js";
import { READ_ONE_RUN } from "../api/read-one-run.js";
import { retrieveSpan } from "../services/run-trace.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "Read a span of a run's trace",
    ...READ_ONE_RUN,
    answers: { 200: { description: "The span", schema: RetrieveSpanResponseBody } },
    handler: ({ context, caller, params: { runId = "", spanId = "" } }) =>
      retrieveSpan(context, caller, { runId, spanId }),
  }),
});
