import type { Organization, RoleChange, RoleManager, RoleResult, UserAuthentication } from "@trigger.dev/plugins/rbac";
import { createPluginQuery } from "@trigger.dev/rbac";
import type { ClientBase } from "pg";
import type { AppContext } from "../api/context.js";
import { lockOrganization } from "./membership.server.js";
import { auditChange, inTransaction } from "./operation.server.js";
import { byPerson } from "./role-editor.js";
import { rolesOf } from "./list-roles.server.js";
import { valueOf } from "./role-problem.js";

interface Asked<Value> {
  /** Asks the role manager, which checks that nothing is given that the caller does not hold. */
  ask(roles: RoleManager, change: RoleChange, client: ClientBase): Promise<RoleResult<Value>>;
  /** Of the audit row. */
  action: string;
  target: string;
  detail?: Record<string, unknown>;
}

/**
 * Changes roles of an organization in one transaction with the audit row; the organization is locked meanwhile.
 * @throws AppError for a problem that the role manager answers
 */
export async function changeRoles<Value>(
  context: AppContext,
  caller: UserAuthentication,
  { slug }: Organization,
  { ask, ...entry }: Asked<Value>,
): Promise<Value> {
  const roles = rolesOf(context);
  const by = byPerson(caller);
  return inTransaction(context, async (client) => {
    const organization = await lockOrganization(client, slug);
    const change = { organizationId: organization.id, by: by.editor, query: createPluginQuery(client) };
    const value = valueOf(await ask(roles, change, client));
    await auditChange(client, context, { ...entry, organizationId: organization.id, by });
    return value;
  });
}
