import { z } from "zod";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopes } from "../api/endpoint.js";
import { readDevStatus } from "../services/read-dev-status.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "Is one's own dev environment connected?",
    tag: "Tasks",
    credentials: ["pat", "uat"],
    target: "project",
    permission: scopes("read:tasks"),
    within: ["dev"],
    answers: {
      200: {
        description: "Whether a `trigger.dev dev` of the caller's is connected",
        schema: z.object({ isConnected: z.boolean() }),
      },
    },
    handler: ({ context, caller, place }) => readDevStatus(context, caller.user, place),
  }),
});
