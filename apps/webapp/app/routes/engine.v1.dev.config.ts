import { apiRoute } from "../api/api-route.js";
import { endpoint } from "../api/endpoint.js";
import { OPEN_TO_WORKERS } from "../api/worker-permission.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "Read how a dev worker should behave",
    tag: "Workers",
    credentials: ["environmentKey"],
    target: "credential",
    permission: OPEN_TO_WORKERS,
    answers: { 200: { description: "Intervals in milliseconds" } },
    handler: async ({ context, place }) => ({
      environmentId: place.environment.id,
      dequeueIntervalWithRun: 100,
      dequeueIntervalWithoutRun: 150,
      maxConcurrentRuns: 25,
      engineUrl: context.config.appOrigin,
    }),
  }),
});
