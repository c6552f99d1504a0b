import { ListProjectsResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, open } from "../api/endpoint.js";
import { listProjects } from "../services/list-projects.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "List one's projects",
    tag: "Discovery",
    credentials: ["pat", "uat"],
    target: "none",
    permission: open("discovery needs no scope"),
    answers: {
      200: { description: "The projects of every organization one is a member of", schema: ListProjectsResponseBody },
    },
    handler: ({ context, caller }) => listProjects(context, caller.user.id),
  }),
});
