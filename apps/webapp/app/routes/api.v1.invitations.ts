import { ListInvitationsResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopes } from "../api/endpoint.js";
import { listOwnInvitations } from "../services/own-invitations.server.js";

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    summary: "List invitations to oneself",
    tag: "Organizations",
    credentials: ["pat", "uat"],
    target: "none",
    permission: scopes("read:members"),
    requireRoles: true,
    answers: { 200: { description: "The invitations", schema: ListInvitationsResponseBody } },
    handler: ({ context, caller }) => listOwnInvitations(context, caller.user.email),
  }),
});
