import { ListRunsResponseBody, ListRunsSearchParams, toListRunsQuery } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { checked, endpoint } from "../api/endpoint.js";
import { listProjectRuns } from "../services/list-project-runs.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "List a project's runs",
    description: "Newest first, of the shared environments and one's own dev; `filter[env]` narrows them.",
    tag: "Runs",
    credentials: ["pat", "uat"],
    target: "project",
    permission: checked("read:runs; or with filters read:tasks:<each>, read:tags:<each>, read:batch:<it>"),
    query: ListRunsSearchParams,
    answers: { 200: { description: "A page of runs", schema: ListRunsResponseBody } },
    handler: ({ context, caller, place, query }) =>
      listProjectRuns(context, caller, { project: place.project, query: toListRunsQuery(query) }),
  }),
});
