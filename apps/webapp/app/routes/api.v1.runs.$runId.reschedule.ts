import { RescheduleRunRequestBody, RetrieveRunResponseBody, RunIdResponseBody } from "@trigger.dev/core/v3";
import { z } from "zod";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopesOf } from "../api/endpoint.js";
import { rescheduleOneRun } from "../services/reschedule-run.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Reschedule a run",
    description: "Gives a delayed run another time. Answers the run, or its id alone to a caller that may not read it.",
    tag: "Runs",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: scopesOf("write:runs[:id]", ({ runId }) => [`write:runs:${runId}`]),
    body: RescheduleRunRequestBody,
    example: { delay: "2h" },
    cors: true,
    answers: {
      200: { description: "The run as it is now", schema: z.union([RetrieveRunResponseBody, RunIdResponseBody]) },
    },
    handler: ({ context, caller, params: { runId = "" }, body }) =>
      rescheduleOneRun(context, caller, { ...body, runId }),
  }),
});
