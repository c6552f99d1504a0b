import type { PluginQuery, ProjectGrant, RoleManager, RoleResult } from "@trigger.dev/plugins/rbac";
import { OWNER } from "../roles/system-roles.js";
import { findRole, permissionsOfRole } from "./custom-roles.js";
import { findExcess, heldBy } from "./exceeds-own.js";
import { noSuchRole, refuse } from "./problem.js";

const LIST = `
  SELECT user_id, project_id, role FROM rbac_roles.project_grant
  WHERE organization_id = $1 AND ($2::text IS NULL OR user_id = $2) ORDER BY user_id, project_id`;

const FIND = `
  SELECT user_id, project_id, role FROM rbac_roles.project_grant
  WHERE organization_id = $1 AND user_id = $2 AND project_id = $3`;

const KNOWN = `
  SELECT EXISTS (SELECT FROM public.organization_member WHERE organization_id = $1 AND user_id = $2) AS member,
    EXISTS (SELECT FROM public.project WHERE organization_id = $1 AND id = $3) AS project`;

const PUT = `
  INSERT INTO rbac_roles.project_grant (organization_id, user_id, project_id, role) VALUES ($1, $2, $3, $4)
  ON CONFLICT (organization_id, user_id, project_id) DO UPDATE SET role = excluded.role`;

const readGrant = (row: Record<string, unknown>): ProjectGrant => ({
  userId: String(row["user_id"]),
  projectId: String(row["project_id"]),
  role: String(row["role"]),
});

/** The grants of an organization or of one of its members. */
export async function listGrants({
  organizationId,
  userId,
  query,
}: Parameters<RoleManager["listGrants"]>[0]): Promise<ProjectGrant[]> {
  return (await query(LIST, [organizationId, userId ?? null])).map(readGrant);
}

interface GrantKey {
  organizationId: string;
  userId: string;
  projectId: string;
}

async function findGrant(query: PluginQuery, { organizationId, userId, projectId }: GrantKey) {
  const [row] = await query(FIND, [organizationId, userId, projectId]);
  return row ? readGrant(row) : null;
}

/** Gives a member a role in one project, for whoever holds it there, and what was granted before. */
export async function grantProject({
  organizationId,
  by,
  query,
  userId,
  projectId,
  role: name,
}: Parameters<RoleManager["grantProject"]>[0]): Promise<RoleResult<ProjectGrant>> {
  if (name === OWNER)
    return refuse("invalid", "Owners are owners of the organization: owner cannot be granted in a project.", {
      param: "role",
    });
  const role = await findRole(query, organizationId, name);
  if (!role) return noSuchRole(name);
  const [known] = await query(KNOWN, [organizationId, userId, projectId]);
  if (known?.["member"] !== true) return refuse("not_found", "There is no such member.", { param: "userId" });
  if (known["project"] !== true) return refuse("not_found", "There is no such project.", { param: "projectId" });
  const before = await findGrant(query, { organizationId, userId, projectId });
  const taken = before ? await permissionsOfRole(query, organizationId, before.role) : [];
  const held = await heldBy(by, { organizationId, projectId, query });
  const excess = findExcess([...taken, ...role.permissions], held);
  if (excess) return excess;
  await query(PUT, [organizationId, userId, projectId, name]);
  return { ok: true, value: { userId, projectId, role: name } };
}

/** Ends a grant, for whoever holds what it gave. */
export async function revokeProject({
  organizationId,
  by,
  query,
  userId,
  projectId,
}: Parameters<RoleManager["revokeProject"]>[0]): Promise<RoleResult<ProjectGrant>> {
  const grant = await findGrant(query, { organizationId, userId, projectId });
  if (!grant) return refuse("not_found", "This member has no role of their own in that project.");
  const permissions = await permissionsOfRole(query, organizationId, grant.role);
  const excess = findExcess(permissions, await heldBy(by, { organizationId, projectId, query }));
  if (excess) return excess;
  await query("DELETE FROM rbac_roles.project_grant WHERE organization_id = $1 AND user_id = $2 AND project_id = $3", [
    organizationId,
    userId,
    projectId,
  ]);
  return { ok: true, value: grant };
}
