import type { ListMembersResponseBody, RoleItem } from "@trigger.dev/core/v3";
import type { Organization } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { listMembers } from "./list-members.server.js";
import { listRoles } from "./list-roles.server.js";

/** What the page of an organization's members shows; `roles` is null where none are managed. */
export async function viewMembers(
  context: Pick<AppContext, "pool" | "rbac">,
  { organization, may }: { organization: Organization; may(scope: string): boolean },
): Promise<ListMembersResponseBody & { roles: RoleItem[] | null }> {
  const { roles } = context.rbac;
  const [members, listed] = await Promise.all([
    listMembers(context, roles, organization),
    roles ? listRoles(context, organization) : null,
  ]);
  if (listed === null) return { ...members, roles: null };
  return { ...members, roles: may("read:roles") ? listed.roles : [] };
}
