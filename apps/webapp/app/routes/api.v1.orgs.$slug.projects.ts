import { CreateProjectRequestBody, ProjectItem } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopes } from "../api/endpoint.js";
import { createOwnProject } from "../services/create-own-project.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Create a project",
    description: "With its staging, prod and preview environments, and a dev environment for each member.",
    tag: "Projects",
    credentials: ["pat", "uat"],
    target: "organization",
    permission: scopes("write:projects"),
    body: CreateProjectRequestBody,
    example: { name: "Web shop" },
    answers: { 200: { description: "The project", schema: ProjectItem } },
    handler: ({ context, caller, place, body }) => createOwnProject(context, caller, place.organization, body),
  }),
});
