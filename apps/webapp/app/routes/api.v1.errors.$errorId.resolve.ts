import { ErrorGroupDetail, ResolveErrorRequestBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopesOf } from "../api/endpoint.js";
import { changeError } from "../services/change-error.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Resolve an error",
    description:
      "It is fixed: it re-opens when it fails again, in `resolvedInVersion` or later where that is named. Failures of older versions count and do not re-open it.",
    tag: "Errors",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: scopesOf("write:errors[:id]", ({ errorId }) => [`write:errors:${errorId}`]),
    body: ResolveErrorRequestBody,
    example: { resolvedInVersion: "20261122.2" },
    cors: true,
    answers: { 200: { description: "The error as it is now", schema: ErrorGroupDetail } },
    handler: ({ context, caller, params, body }) =>
      changeError(context, caller, params["errorId"], { type: "resolve", inVersion: body.resolvedInVersion }),
  }),
});
