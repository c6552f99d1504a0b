import { RetrieveRunResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { checked, endpoint } from "../api/endpoint.js";
import { retrieveRun } from "../services/retrieve-run.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "Read a run",
    tag: "Runs",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: checked("read:runs[:id], read:tasks:<its task>, read:tags:<a tag>, or read:batch:<its batch>"),
    cors: true,
    answers: { 200: { description: "The run", schema: RetrieveRunResponseBody } },
    handler: ({ context, caller, params }) => retrieveRun(context, caller, params["runId"] ?? ""),
  }),
});
