import * as z from "zod";
import { storableText } from "./text.js";

/** What a role is referred to by. */
export const RoleName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,62}$/, "must be a role's name: lower-case letters, digits, - and _");

const EnvironmentTypeName = z.enum(["DEVELOPMENT", "STAGING", "PREVIEW", "PRODUCTION"]);

/** One thing that a role allows: everywhere, or only in environments of these types. */
export const RolePermissionItem = z.object({
  scope: z.string().min(1).max(256),
  environments: z.array(EnvironmentTypeName).min(1).max(4).optional(),
});
export type RolePermissionItem = z.infer<typeof RolePermissionItem>;

const permissions = z.array(RolePermissionItem).max(256);
const description = storableText(500);

/** A named set of permissions. */
export const RoleItem = z.object({
  name: z.string(),
  description: z.string(),
  kind: z.enum(["system", "custom"]),
  permissions: z.array(RolePermissionItem),
});
export type RoleItem = z.infer<typeof RoleItem>;

/** Answer of `GET /api/v1/orgs/:slug/roles`. */
export const ListRolesResponseBody = z.object({
  roles: z.array(RoleItem),
  permissions: z
    .array(
      z.object({
        name: z.string(),
        permissions: z.array(z.object({ scope: z.string(), description: z.string(), perEnvironment: z.boolean() })),
      }),
    )
    .describe("What a role can be made of, in groups."),
  presets: z
    .array(z.object({ name: z.string(), description: z.string(), permissions: z.array(RolePermissionItem) }))
    .describe("What a new role can start from."),
});
export type ListRolesResponseBody = z.infer<typeof ListRolesResponseBody>;

/** Body of `POST /api/v1/orgs/:slug/roles`. */
export const CreateRoleRequestBody = z.object({ name: RoleName, description: description.optional(), permissions });
export type CreateRoleRequestBody = z.infer<typeof CreateRoleRequestBody>;

/** Body of `PATCH /api/v1/orgs/:slug/roles/:role`: what is left out stays as it is. */
export const UpdateRoleRequestBody = z.object({
  description: description.optional(),
  permissions: permissions.optional(),
});
export type UpdateRoleRequestBody = z.infer<typeof UpdateRoleRequestBody>;

/** Query of `DELETE /api/v1/orgs/:slug/roles/:role`. */
export const DeleteRoleSearchParams = z.object({
  force: z.enum(["true", "false"]).optional().describe("`true`: also one that is in use."),
});
export type DeleteRoleSearchParams = z.infer<typeof DeleteRoleSearchParams>;
