import { ProjectItem, UpdateProjectRequestBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, open, scopes } from "../api/endpoint.js";
import { projectItem } from "../services/list-projects.server.js";
import { renameProject } from "../services/rename-project.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "Read a project",
    tag: "Projects",
    credentials: ["pat", "uat"],
    target: "project",
    permission: open("discovery needs no scope"),
    answers: { 200: { description: "The project", schema: ProjectItem } },
    handler: async ({ place }) => projectItem(place.project, place.organization),
  }),
  PATCH: endpoint({
    summary: "Change a project",
    tag: "Projects",
    credentials: ["pat", "uat"],
    target: "project",
    permission: scopes("write:projects"),
    body: UpdateProjectRequestBody,
    example: { name: "Web shop" },
    answers: { 200: { description: "The project as it is now", schema: ProjectItem } },
    handler: ({ context, caller, place, body }) => renameProject(context, caller, place, body),
  }),
});
