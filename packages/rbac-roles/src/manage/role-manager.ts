import type { RoleManager } from "@trigger.dev/plugins/rbac";
import { PERMISSIONS } from "../roles/permission-list.js";
import { PRESETS } from "../roles/presets.js";
import { SYSTEM_ROLES } from "../roles/system-roles.js";
import { checkMembership } from "./check-membership.js";
import { checkTokenRole } from "./check-token-role.js";
import { createRole } from "./create-role.js";
import { listCustomRoles } from "./custom-roles.js";
import { deleteRole } from "./delete-role.js";
import { grantProject, listGrants, revokeProject } from "./project-grants.js";
import { updateRole } from "./update-role.js";

/** The catalogue of roles and who holds which. Keeps nothing: every call asks the database that it is given. */
export const createRoleManager = (): RoleManager => ({
  listPermissions: () => PERMISSIONS,
  listPresets: () => PRESETS,
  listRoles: async ({ organizationId, query }) => [...SYSTEM_ROLES, ...(await listCustomRoles(query, organizationId))],
  createRole,
  updateRole,
  deleteRole,
  checkMembership,
  listGrants,
  grantProject,
  revokeProject,
  checkTokenRole,
});
