import { DeleteRoleSearchParams, RoleItem, RoleName, UpdateRoleRequestBody } from "@trigger.dev/core/v3";
import { apiRoute } from "../api/api-route.js";
import { endpoint, scopes, type Params } from "../api/endpoint.js";
import { notFound } from "../api/errors.js";
import { Reply } from "../api/json-response.js";
import { deleteRole, updateRole } from "../services/edit-role.server.js";

const shared = {
  tag: "Organizations",
  credentials: ["pat", "uat"],
  target: "organization",
  requireRoles: true,
} as const;

function nameIn(params: Params): string {
  const name = RoleName.safeParse(params["role"]);
  if (!name.success) throw notFound("Role");
  return name.data;
}

export const { declaration, loader, action } = apiRoute({
  PATCH: endpoint({
    ...shared,
    summary: "Change a role",
    description: "For all who have it, from their next request on. One must hold what it was and what it becomes.",
    permission: scopes("write:roles"),
    body: UpdateRoleRequestBody,
    example: { permissions: [{ scope: "read:runs" }] },
    answers: { 200: { description: "The role", schema: RoleItem } },
    handler: ({ context, caller, place, params, body }) =>
      updateRole(context, caller, place.organization, { ...body, name: nameIn(params) }),
  }),
  DELETE: endpoint({
    ...shared,
    summary: "Delete a role",
    description: "With `force=true` also one that is in use: whoever has it may do nothing by it from then on.",
    permission: scopes("write:roles"),
    query: DeleteRoleSearchParams,
    answers: { 204: { description: "Deleted" } },
    async handler({ context, caller, place, params, query }) {
      await deleteRole(context, caller, place.organization, { name: nameIn(params), force: query.force === "true" });
      return new Reply(undefined, { status: 204 });
    },
  }),
});
