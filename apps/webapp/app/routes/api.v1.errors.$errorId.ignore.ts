import { ErrorGroupDetail, IgnoreErrorRequestBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopesOf } from "../api/endpoint.js";
import { changeError } from "../services/change-error.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Ignore an error",
    description:
      "For ever, or until the first of its limits breaks: a time, failures in one minute, new failures in all.",
    tag: "Errors",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: scopesOf("write:errors[:id]", ({ errorId }) => [`write:errors:${errorId}`]),
    body: IgnoreErrorRequestBody,
    example: { duration: 3_600_000, occurrenceRate: 10, reason: "A known outage" },
    cors: true,
    answers: { 200: { description: "The error as it is now", schema: ErrorGroupDetail } },
    handler: ({ context, caller, params, body }) =>
      changeError(context, caller, params["errorId"], {
        type: "ignore",
        durationMs: body.duration,
        occurrenceRate: body.occurrenceRate,
        totalOccurrences: body.totalOccurrences,
        reason: body.reason,
      }),
  }),
});
