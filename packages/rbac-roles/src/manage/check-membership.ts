import type { RoleManager, RoleResult } from "@trigger.dev/plugins/rbac";
import { OWNER } from "../roles/system-roles.js";
import { findRole, permissionsOfRole } from "./custom-roles.js";
import { findExcess, heldBy } from "./exceeds-own.js";
import { noSuchRole, refuse } from "./problem.js";
import { listGrants } from "./project-grants.js";

const OTHER_OWNER = `
  SELECT 1 FROM public.organization_member WHERE organization_id = $1 AND user_id <> $2 AND role = '${OWNER}' LIMIT 1`;

/** Whether a membership may begin, change its role, or end. Whoever gives or takes a role must hold it. */
export async function checkMembership({
  organizationId,
  by,
  query,
  userId,
  from,
  to,
}: Parameters<RoleManager["checkMembership"]>[0]): Promise<RoleResult<{ role: string | null }>> {
  const role = to === null ? null : await findRole(query, organizationId, to);
  if (to !== null && !role) return noSuchRole(to);
  const isLeaving = to === null && by.kind === "person" && by.authentication.user.id === userId;
  if (!isLeaving) {
    const taken = from === null ? [] : await permissionsOfRole(query, organizationId, from);
    const held = await heldBy(by, { organizationId, query });
    const excess = findExcess([...taken, ...(role?.permissions ?? [])], held);
    if (excess) return excess;
    // With a membership its roles in projects end.
    const ended = to === null ? await listGrants({ organizationId, userId, query }) : [];
    for (const { projectId, role: granted } of ended) {
      const lost = await permissionsOfRole(query, organizationId, granted);
      const more = findExcess(lost, await heldBy(by, { organizationId, projectId, query }));
      if (more) return more;
    }
  }
  if (from === OWNER && to !== OWNER) {
    const others = await query(OTHER_OWNER, [organizationId, userId]);
    if (others.length === 0)
      return refuse("last_owner", "This is the organization's last owner. Make another member an owner first.", {
        param: "role",
      });
  }
  return { ok: true, value: { role: to } };
}
