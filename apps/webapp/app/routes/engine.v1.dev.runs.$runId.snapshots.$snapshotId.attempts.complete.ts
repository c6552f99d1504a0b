import { CompleteAttemptRequestBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint } from "../api/endpoint.js";
import { PAYLOAD_BODY_LIMIT } from "../api/read-body.js";
import { OPEN_TO_WORKERS } from "../api/worker-permission.js";
import { completeRunAttempt } from "../services/complete-run-attempt.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Complete an attempt",
    description:
      "Repeated, it answers the same. 409 when it says another outcome than before, or when the attempt was given up " +
      "because its worker was silent.",
    tag: "Workers",
    credentials: ["environmentKey"],
    target: "credential",
    permission: OPEN_TO_WORKERS,
    body: CompleteAttemptRequestBody,
    example: {
      completion: { ok: true, id: "run_aaaaaaaaaaaaaaaaaaaaaaaa", output: "{}", outputType: "application/json" },
    },
    bodyLimit: PAYLOAD_BODY_LIMIT,
    plainText: true,
    answers: {
      200: { description: "What became of the run" },
      409: { description: "The run has moved on, or the attempt ended otherwise" },
    },
    handler: ({ context, caller, params: { runId = "", snapshotId = "" }, body: { completion } }) =>
      completeRunAttempt(context, caller, { runId, snapshotId, completion }),
  }),
});
