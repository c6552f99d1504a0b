import { OrganizationItem } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, open } from "../api/endpoint.js";
import { organizationItem } from "../services/list-organizations.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "Read an organization",
    tag: "Discovery",
    credentials: ["pat", "uat"],
    target: "organization",
    permission: open("discovery needs no scope"),
    answers: { 200: { description: "The organization", schema: OrganizationItem } },
    handler: async ({ place }) => organizationItem(place.organization),
  }),
});
