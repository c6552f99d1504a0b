import { RetrieveBatchResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopesOf } from "../api/endpoint.js";
import { retrieveBatch } from "../services/retrieve-batch.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "Read a batch",
    tag: "Batches",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: scopesOf("read:batch[:id] or read:runs", ({ batchId }) => [`read:batch:${batchId}`, "read:runs"]),
    cors: true,
    answers: { 200: { description: "The batch", schema: RetrieveBatchResponseBody } },
    handler: ({ context, caller, params }) => retrieveBatch(context, caller, params["batchId"] ?? ""),
  }),
});
