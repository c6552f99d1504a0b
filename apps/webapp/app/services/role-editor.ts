import type { RoleEditor, UserAuthentication } from "@trigger.dev/plugins/rbac";
import { auditCredential } from "./audit.server.js";
import type { ChangedBy } from "./operation.server.js";

/** A change that a person asks for in a request, within what that request may do. */
export const byPerson = (authentication: UserAuthentication): ChangedBy & { userId: string; editor: RoleEditor } => ({
  userId: authentication.user.id,
  credential: auditCredential(authentication),
  editor: { kind: "person", authentication },
});

/** On whose word roles change. Throws where nobody says: only the operator may go unnamed. */
export function editorOf({ editor, credential }: ChangedBy): RoleEditor {
  if (editor) return editor;
  if (credential.kind === "operator") return { kind: "operator" };
  throw new TypeError("a change of roles has to say on whose word it is made");
}
