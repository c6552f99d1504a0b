import { SubscribeToRunSearchParams } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint } from "../api/endpoint.js";
import { READ_ONE_RUN } from "../api/read-one-run.js";
import { subscribeToRun } from "../services/subscribe-to-run.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "Subscribe to a run",
    description:
      "What `runs.subscribeToRun` of the SDK asks: the run as a shape of Electric's HTTP protocol. With `live=true` the " +
      "answer waits for a change, twenty seconds at most.",
    ...READ_ONE_RUN,
    query: SubscribeToRunSearchParams,
    answers: { 200: { description: "The run, if it is another than at `offset`" } },
    handler: ({ context, request, caller, params: { runId = "" }, query: { offset, handle, live }, recheck }) =>
      subscribeToRun(context, caller, {
        runId,
        position: { offset, handle, live: live === "true" },
        recheck,
        gone: request.signal,
      }),
  }),
});
