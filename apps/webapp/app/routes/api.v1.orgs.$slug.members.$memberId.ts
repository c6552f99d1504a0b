import { MemberRoleResponseBody, SetMemberRoleRequestBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { checked, endpoint, scopes } from "../api/endpoint.js";
import { Reply } from "../api/json-response.js";
import { endMembership } from "../services/end-membership.server.js";
import { setOwnMemberRole } from "../services/set-own-member-role.server.js";

const shared = {
  tag: "Organizations",
  credentials: ["pat", "uat"],
  target: "organization",
  requireRoles: true,
} as const;

export const { declaration, loader, action } = apiRoute({
  PATCH: endpoint({
    ...shared,
    summary: "Give a member another role",
    description: "In the whole organization, from their next request on, and for all tokens made from theirs.",
    permission: scopes("write:members"),
    body: SetMemberRoleRequestBody,
    example: { role: "viewer" },
    answers: { 200: { description: "The member's role", schema: MemberRoleResponseBody } },
    handler: ({ context, caller, place, params, body }) =>
      setOwnMemberRole(context, caller, place.organization, { memberId: params["memberId"] ?? "", role: body.role }),
  }),
  DELETE: endpoint({
    ...shared,
    summary: "Remove a member, or take an invitation back",
    description: "Everything that was derived from the membership ends with it. Anybody may leave.",
    permission: checked("write:members; anybody may leave"),
    answers: { 204: { description: "Ended" } },
    async handler({ context, caller, place, params }) {
      await endMembership(context, caller, place.organization, params["memberId"] ?? "");
      return new Reply(undefined, { status: 204 });
    },
  }),
});
