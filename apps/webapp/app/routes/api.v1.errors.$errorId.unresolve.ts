import { ErrorGroupDetail, UnresolveErrorRequestBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopesOf } from "../api/endpoint.js";
import { changeError } from "../services/change-error.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Unresolve an error",
    description: "Takes back that it was resolved or ignored.",
    tag: "Errors",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: scopesOf("write:errors[:id]", ({ errorId }) => [`write:errors:${errorId}`]),
    body: UnresolveErrorRequestBody,
    example: {},
    cors: true,
    answers: { 200: { description: "The error as it is now", schema: ErrorGroupDetail } },
    handler: ({ context, caller, params }) => changeError(context, caller, params["errorId"], { type: "unresolve" }),
  }),
});
