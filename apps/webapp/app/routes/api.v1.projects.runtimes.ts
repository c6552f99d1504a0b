import { ListProjectRuntimesResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, open } from "../api/endpoint.js";
import { listProjectRuntimes } from "../services/list-projects.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "List one's projects, a row for each environment",
    tag: "Discovery",
    credentials: ["pat", "uat"],
    target: "none",
    permission: open("discovery needs no scope"),
    answers: { 200: { description: "The environments", schema: ListProjectRuntimesResponseBody } },
    handler: ({ context, caller }) => listProjectRuntimes(context, caller.user.id),
  }),
});
