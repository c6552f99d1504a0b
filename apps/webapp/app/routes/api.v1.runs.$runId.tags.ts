import { AddTagsRequestBody, AddTagsResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopesOf } from "../api/endpoint.js";
import { addRunTags } from "../services/add-run-tags.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Tag a run",
    description: "Adds tags, up to ten. Those that the run has already stay.",
    tag: "Runs",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: scopesOf("write:runs[:id]", ({ runId }) => [`write:runs:${runId}`]),
    body: AddTagsRequestBody,
    example: { tags: ["customer:42", "eu"] },
    cors: true,
    answers: { 200: { description: "All tags of the run", schema: AddTagsResponseBody } },
    handler: ({ context, caller, params, body }) => addRunTags(context, caller, params["runId"] ?? "", body),
  }),
});
