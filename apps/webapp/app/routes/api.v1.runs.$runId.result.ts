import { RunResultResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint } from "../api/endpoint.js";
import { READ_ONE_RUN } from "../api/read-one-run.js";
import { retrieveRunResult } from "../services/retrieve-run-result.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "Read how a run ended",
    description: "Its output as text of `outputType`, or its error. 404 until the run is over.",
    ...READ_ONE_RUN,
    answers: { 200: { description: "The result", schema: RunResultResponseBody } },
    handler: ({ context, caller, params }) => retrieveRunResult(context, caller, params["runId"] ?? ""),
  }),
});
