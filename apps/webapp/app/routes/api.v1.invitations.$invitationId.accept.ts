import { MemberRoleResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopes } from "../api/endpoint.js";
import { acceptInvitation } from "../services/own-invitations.server.js";

export const { declaration, loader, action } = apiRoute({
  POST: endpoint({
    summary: "Accept an invitation",
    description: "The caller becomes a member, with a dev environment in each of the organization's projects.",
    tag: "Organizations",
    credentials: ["pat", "uat"],
    target: "none",
    permission: scopes("write:members"),
    requireRoles: true,
    answers: { 200: { description: "The membership", schema: MemberRoleResponseBody } },
    handler: ({ context, caller, params }) => acceptInvitation(context, caller, params["invitationId"] ?? ""),
  }),
});
