import { RunIdResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopesOf } from "../api/endpoint.js";
import { replayRun } from "../services/replay-run.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Replay a run",
    description: "Triggers its task again with the same payload and options, at once and without its idempotency key.",
    tag: "Runs",
    credentials: ["environmentKey", "environmentJwt"],
    target: "credential",
    permission: scopesOf("write:runs[:id]", ({ runId }) => [`write:runs:${runId}`]),
    cors: true,
    answers: { 200: { description: "The new run", schema: RunIdResponseBody } },
    handler: ({ context, caller, params }) => replayRun(context, caller, params["runId"] ?? ""),
  }),
});
