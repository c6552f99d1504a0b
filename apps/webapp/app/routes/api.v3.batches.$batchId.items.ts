import { AddBatchItemsResponseBody } from "@trigger.dev/core/v3";
import { z } from "zod";
import { apiRoute } from "../api/api-route.js";
import { checked, endpoint } from "../api/endpoint.js";
import { PAYLOAD_BODY_LIMIT } from "../api/read-body.js";
import { addBatchItems } from "../services/add-batch-items.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Add items to a batch",
    description:
      'The body is NDJSON, `{"index": 0, "task": "hello", "payload": …, "options": {…}}` on each line, with the payload ' +
      "and the options of a trigger. An index that is there already is not triggered again. The batch is sealed once it " +
      "has every index below its `runCount`.",
    tag: "Batches",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: checked("batchTrigger:tasks[:id] for every task", { someOf: ["batchTrigger:tasks"] }),
    body: z.string(),
    text: true,
    bodyLimit: PAYLOAD_BODY_LIMIT,
    cors: true,
    answers: { 200: { description: "What became of the items", schema: AddBatchItemsResponseBody } },
    handler: ({ context, caller, params, body }) =>
      addBatchItems(context, caller, { batchId: params["batchId"] ?? "", text: body }),
  }),
});
