import { z } from "zod";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopesOf } from "../api/endpoint.js";
import { cancelOneRun } from "../services/cancel-run.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Cancel a run",
    description: "At once and for good; a run that is over stays what it is.",
    tag: "Runs",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: scopesOf("write:runs[:id]", ({ runId }) => [`write:runs:${runId}`]),
    answers: { 200: { description: "The run", schema: z.object({ id: z.string() }) } },
    handler: ({ context, caller, params: { runId = "" } }) => cancelOneRun(context, caller, runId),
  }),
});
