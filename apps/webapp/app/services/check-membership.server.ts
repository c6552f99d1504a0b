import { createPluginQuery } from "@trigger.dev/rbac";
import type { ClientBase } from "pg";
import { keepAnOwner, OWNER } from "./membership.server.js";
import type { ChangedBy, OperationContext } from "./operation.server.js";
import { editorOf } from "./role-editor.js";
import { valueOf } from "./role-problem.js";

/**
 * The one guard of every membership that begins, changes or ends; the organization is locked. An owner stays whatever
 * the RBAC plugin says; which roles there are, and who may give them, is the plugin's to say.
 * @throws AppError 403 for more than the editor holds, 404 for a role that is none, 409 for the last owner
 */
export async function checkMembership(
  client: ClientBase,
  { rbac }: Pick<OperationContext, "rbac">,
  input: { organizationId: string; userId: string; from: string | null; to: string | null; by: ChangedBy },
): Promise<void> {
  const { by, ...change } = input;
  if (rbac?.roles) {
    valueOf(await rbac.roles.checkMembership({ ...change, by: editorOf(by), query: createPluginQuery(client) }));
  }
  if (change.from === OWNER && change.to !== OWNER) await keepAnOwner(client, change.organizationId, change.userId);
}
