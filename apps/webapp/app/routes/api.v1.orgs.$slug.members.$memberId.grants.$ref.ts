import { MemberGrantResponseBody, SetMemberRoleRequestBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopes, type Params } from "../api/endpoint.js";
import { Reply } from "../api/json-response.js";
import { grantProjectRole, revokeProjectRole } from "../services/grant-project-role.server.js";

const shared = {
  tag: "Organizations",
  credentials: ["pat", "uat"],
  target: "organization",
  requireRoles: true,
} as const;

const whereOf = (params: Params) => ({ memberId: params["memberId"] ?? "", projectRef: params["ref"] ?? "" });

export const { declaration, loader, action } = apiRoute({
  PUT: endpoint({
    ...shared,
    summary: "Give a member a further role in a project",
    permission: scopes("write:members"),
    body: SetMemberRoleRequestBody,
    example: { role: "developer" },
    answers: { 200: { description: "The role", schema: MemberGrantResponseBody } },
    handler: ({ context, caller, place, params, body }) =>
      grantProjectRole(context, caller, place.organization, { ...whereOf(params), role: body.role }),
  }),
  DELETE: endpoint({
    ...shared,
    summary: "Take a member's role in a project away",
    permission: scopes("write:members"),
    answers: { 204: { description: "Ended" } },
    async handler({ context, caller, place, params }) {
      await revokeProjectRole(context, caller, place.organization, whereOf(params));
      return new Reply(undefined, { status: 204 });
    },
  }),
});
