import { UpdateRunMetadataRequestBody, UpdateRunMetadataResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopesOf } from "../api/endpoint.js";
import { READ_ONE_RUN } from "../api/read-one-run.js";
import { retrieveRunMetadata } from "../services/retrieve-run-metadata.server.js";
import { updateRunMetadata } from "../services/update-run-metadata.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "Read a run's metadata",
    ...READ_ONE_RUN,
    answers: { 200: { description: "The metadata", schema: UpdateRunMetadataResponseBody } },
    handler: ({ context, caller, params }) => retrieveRunMetadata(context, caller, params["runId"] ?? ""),
  }),
  PUT: endpoint({
    summary: "Change a run's metadata",
    description:
      "`metadata` takes the place of all there is; then `operations` are applied in their order. Those of the parent " +
      "and the root run need `write:runs` of theirs. A key such as `$.progress.done` is a path into the metadata.",
    tag: "Runs",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: scopesOf("write:runs[:id]", ({ runId }) => [`write:runs:${runId}`]),
    body: UpdateRunMetadataRequestBody,
    example: { metadata: { step: 1 }, operations: [{ type: "increment", key: "step", value: 1 }] },
    cors: true,
    answers: { 200: { description: "The metadata as it is now", schema: UpdateRunMetadataResponseBody } },
    handler: ({ context, caller, params, body }) => updateRunMetadata(context, caller, params["runId"] ?? "", body),
  }),
});
