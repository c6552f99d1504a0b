import { AddBatchItemsResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { checked, endpoint } from "../api/endpoint.js";
import { addBatchItems } from "../services/add-batch-items.server.js";
import { spendingOneTimeToken } from "../services/one-time-token.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Add items to a batch",
    description:
      'The body is NDJSON, `{"index": 0, "task": "hello", "payload": …, "options": {…}}` on each line, with the payload ' +
      "and the options of a trigger. An index that is there already is not triggered again. The batch is sealed once it " +
      "has every index below its `runCount`. Items are taken a hundred lines at a time while the body is read: when a " +
      "line is refused, nothing of its hundred is triggered, and what stood before them is.",
    tag: "Batches",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: checked("batchTrigger:tasks[:id] for every task", { someOf: ["batchTrigger:tasks"] }),
    cors: true,
    answers: { 200: { description: "What became of the items", schema: AddBatchItemsResponseBody } },
    oneTimeTokens: "handler",
    handler: ({ context, request, caller, params: { batchId = "" }, recheck }) =>
      spendingOneTimeToken(context, { request, caller, usedFor: batchId }, () =>
        addBatchItems(context, caller, { batchId, request, recheck }),
      ),
  }),
});
