import { ListRunsResponseBody, ListRunsSearchParams, toListRunsQuery } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { checked, endpoint } from "../api/endpoint.js";
import { listRuns } from "../services/list-runs.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "List runs",
    description:
      "Newest first. With `filter[taskIdentifier]`, `filter[tag]` or `filter[batch]`, a scope for each value will do.",
    tag: "Runs",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: checked("read:runs; or with filters read:tasks:<each>, read:tags:<each>, read:batch:<it>"),
    query: ListRunsSearchParams,
    cors: true,
    answers: { 200: { description: "A page of runs", schema: ListRunsResponseBody } },
    handler: ({ context, caller, query }) => listRuns(context, caller, toListRunsQuery(query)),
  }),
});
