import { InvitationItem, InviteMemberRequestBody, ListMembersResponseBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopes } from "../api/endpoint.js";
import { inviteMember } from "../services/invite-member.server.js";
import { listMembers } from "../services/list-members.server.js";
import { rolesOf } from "../services/list-roles.server.js";

const shared = {
  tag: "Organizations",
  credentials: ["pat", "uat"],
  target: "organization",
  requireRoles: true,
} as const;

export const { declaration, loader, action } = apiRoute({
  GET: endpoint({
    ...shared,
    summary: "List members",
    description: "With their roles, and the invitations that wait to be accepted.",
    permission: scopes("read:members"),
    answers: { 200: { description: "The members", schema: ListMembersResponseBody } },
    handler: ({ context, place }) => listMembers(context, rolesOf(context), place.organization),
  }),
  POST: endpoint({
    ...shared,
    summary: "Invite somebody",
    description:
      "Whoever has the account with this address becomes a member when they accept. Nobody is told whether there is " +
      "one. Nobody can give a role that they do not hold themselves.",
    permission: scopes("write:members"),
    body: InviteMemberRequestBody,
    example: { email: "grace@example.com", role: "viewer" },
    answers: { 200: { description: "The invitation", schema: InvitationItem } },
    handler: ({ context, caller, place, body }) => inviteMember(context, caller, place.organization, body),
  }),
});
