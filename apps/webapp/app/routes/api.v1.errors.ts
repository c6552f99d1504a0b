import { ListErrorsResponse, ListErrorsSearchParams, toListErrorsQuery } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopes } from "../api/endpoint.js";
import { listErrors } from "../services/list-errors.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "List errors",
    description:
      "Groups of failed runs that occurred in a range of time, the last day unless said. Pages are of one list, as it " +
      "was when its first page was read, so none is skipped or repeated while runs fail.",
    tag: "Errors",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: scopes("read:errors"),
    query: ListErrorsSearchParams,
    cors: true,
    answers: { 200: { description: "A page of errors", schema: ListErrorsResponse } },
    handler: ({ context, caller, query }) => listErrors(context, caller, toListErrorsQuery(query)),
  }),
});
