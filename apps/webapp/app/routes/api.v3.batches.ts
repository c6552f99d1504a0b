import { CreateBatchRequestBody, CreateBatchResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { checked, endpoint } from "../api/endpoint.js";
import { Reply } from "../api/json-response.js";
import { createBatch } from "../services/create-batch.server.js";
import { spendingOneTimeToken } from "../services/one-time-token.server.js";
import { requestedId } from "../services/requested-id.js";
import { signReadToken } from "../services/run-token.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Open a batch",
    description:
      "Its items are added then. The header `x-trigger-jwt` of the answer holds a token that reads its runs.",
    tag: "Batches",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: checked("batchTrigger:tasks[:id] for every task", { someOf: ["batchTrigger:tasks"] }),
    body: CreateBatchRequestBody,
    example: { runCount: 2, taskIdentifiers: ["hello"] },
    cors: true,
    answers: {
      200: { description: "The batch", schema: CreateBatchResponseBody },
      501: { description: "A run is to wait for it" },
    },
    oneTimeTokens: "handler",
    async handler({ context, request, caller, body }) {
      const subject = JSON.stringify([body.runCount, body.taskIdentifiers ?? []]);
      const id = requestedId("batch", request, { environmentId: caller.environment.id, subject });
      const batch = await spendingOneTimeToken(context, { request, caller, usedFor: id }, () =>
        createBatch(context, caller, { ...body, id }),
      );
      const token = await signReadToken(context, caller, `read:batch:${batch.id}`);
      return new Reply(batch, token === null ? {} : { headers: { "x-trigger-jwt": token } });
    },
  }),
});
