import { CreateRoleRequestBody, ListRolesResponseBody, RoleItem } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopes } from "../api/endpoint.js";
import { createRole } from "../services/edit-role.server.js";
import { listRoles } from "../services/list-roles.server.js";

const shared = {
  tag: "Organizations",
  credentials: ["pat", "uat"],
  target: "organization",
  requireRoles: true,
} as const;

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    ...shared,
    summary: "List roles",
    description: "With all that a role can be made of, and what a new one can start from.",
    permission: scopes("read:roles"),
    answers: { 200: { description: "The roles", schema: ListRolesResponseBody } },
    handler: ({ context, place }) => listRoles(context, place.organization),
  }),
  POST: endpoint({
    ...shared,
    summary: "Make a role",
    description: "Of no more than what one holds oneself.",
    permission: scopes("write:roles"),
    body: CreateRoleRequestBody,
    example: {
      name: "run-watcher",
      description: "Reads runs and errors of production.",
      permissions: [{ scope: "read:runs", environments: ["PRODUCTION"] }, { scope: "read:errors" }],
    },
    answers: { 200: { description: "The role", schema: RoleItem } },
    handler: ({ context, caller, place, body }) => createRole(context, caller, place.organization, body),
  }),
});
