import { PlatformNotificationsResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, open } from "../api/endpoint.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "News for the command line",
    description: "A self-hosted server has none.",
    tag: "Discovery",
    credentials: ["pat", "uat"],
    target: "none",
    permission: open("discovery needs no scope"),
    answers: { 200: { description: "Always null", schema: PlatformNotificationsResponseBody } },
    handler: async () => ({ notification: null }),
  }),
});
