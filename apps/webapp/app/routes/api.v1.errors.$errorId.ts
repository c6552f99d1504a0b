import { ErrorGroupDetail } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopesOf } from "../api/endpoint.js";
import { retrieveError } from "../services/retrieve-error.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "Read an error",
    description: "Where it stands, why its runs are together, and one of them with its stack trace.",
    tag: "Errors",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: scopesOf("read:errors[:id]", ({ errorId }) => [`read:errors:${errorId}`]),
    cors: true,
    answers: { 200: { description: "The error", schema: ErrorGroupDetail } },
    handler: ({ context, caller, params }) => retrieveError(context, caller, params["errorId"]),
  }),
});
