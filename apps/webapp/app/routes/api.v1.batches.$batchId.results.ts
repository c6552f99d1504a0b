import { BatchResultsResponseBody, BatchResultsSearchParams } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopesOf } from "../api/endpoint.js";
import { retrieveBatchResults } from "../services/retrieve-batch-results.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "Read how the runs of a batch ended",
    description:
      "Those that are over, in the order of the batch's items: each with its output as text of `outputType`, or its " +
      "error. All of them up to 32 MiB, else a page of `page[size]` items.",
    tag: "Batches",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: scopesOf("read:batch[:id] or read:runs", ({ batchId }) => [`read:batch:${batchId}`, "read:runs"]),
    query: BatchResultsSearchParams,
    cors: true,
    answers: {
      200: { description: "The results", schema: BatchResultsResponseBody },
      413: { description: "They are more than 32 MiB together" },
    },
    handler: ({ context, caller, params: { batchId = "" }, query }) =>
      retrieveBatchResults(context, caller, { batchId, query }),
  }),
});
