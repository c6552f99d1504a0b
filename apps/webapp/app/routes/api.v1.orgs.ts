import { ListOrganizationsResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, open } from "../api/endpoint.js";
import { listOrganizations } from "../services/list-organizations.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "List one's organizations",
    tag: "Discovery",
    credentials: ["pat", "uat"],
    target: "none",
    permission: open("discovery needs no scope"),
    answers: { 200: { description: "The organizations", schema: ListOrganizationsResponseBody } },
    handler: ({ context, caller }) => listOrganizations(context, caller.user.id),
  }),
});
