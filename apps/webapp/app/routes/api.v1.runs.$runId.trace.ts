import {
  RetrieveRunTracePageResponseBody,
  RetrieveRunTraceResponseBody,
  RetrieveRunTraceSearchParams,
} from "@trigger.dev/core/v3";
import { z } from "zod";
import { apiRoute } from "../api/api-route.js";
import { endpoint } from "../api/endpoint.js";
import { READ_ONE_RUN } from "../api/read-one-run.js";
import { pageOfRunTrace, retrieveRunTrace } from "../services/run-trace.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "Read a run's trace",
    description:
      "What its task process told: spans, and the lines of its log, below a span that is the run itself. With " +
      "`page[size]` it is a list, a page at a time, else a tree.",
    ...READ_ONE_RUN,
    query: RetrieveRunTraceSearchParams,
    answers: {
      200: {
        description: "The trace",
        schema: z.union([RetrieveRunTraceResponseBody, RetrieveRunTracePageResponseBody]),
      },
    },
    handler({ context, caller, params: { runId = "" }, query }) {
      const { "page[size]": size, "page[after]": after } = query;
      if (size === undefined) return retrieveRunTrace(context, caller, runId);
      return pageOfRunTrace(context, caller, { runId, size: Number(size), after });
    },
  }),
});
