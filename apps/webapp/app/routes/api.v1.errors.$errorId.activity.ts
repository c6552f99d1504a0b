import { ListErrorActivityResponse, ListErrorActivitySearchParams } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopesOf } from "../api/endpoint.js";
import { listErrorActivity } from "../services/list-error-activity.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "List an error's changes",
    description: "Newest first: what it went from and to, why, and on whose behalf. Nothing is ever taken out.",
    tag: "Errors",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: scopesOf("read:errors[:id]", ({ errorId }) => [`read:errors:${errorId}`]),
    query: ListErrorActivitySearchParams,
    cors: true,
    answers: { 200: { description: "A page of changes", schema: ListErrorActivityResponse } },
    handler: ({ context, caller, params, query }) =>
      listErrorActivity(context, caller, { errorId: params["errorId"], query }),
  }),
});
