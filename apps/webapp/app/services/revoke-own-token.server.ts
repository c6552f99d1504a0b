import { isId } from "@trigger.dev/core/ids";
import type { UserAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { notFound } from "../api/errors.js";
import { requireScope } from "../api/require-scope.js";
import { auditCredential } from "./audit.server.js";
import { revokePersonalAccessToken } from "./revoke-personal-access-token.server.js";
import { revokeUserActorToken } from "./revoke-user-actor-token.server.js";

/**
 * Revokes one token of the caller's own; it and all made from it are dead at the next request. Again is as good as once.
 * @throws AppError 404 for another's and for none, 403 without `write:tokens` unless it revokes itself
 */
export async function revokeOwnToken(context: AppContext, caller: UserAuthentication, tokenId: string): Promise<void> {
  if (tokenId !== caller.credential.id) requireScope(caller, ["write:tokens"]);
  const by = { userId: caller.user.id, credential: auditCredential(caller) };
  const change = { tokenId, ownerUserId: caller.user.id, by };
  const isRevoked =
    (isId("pat", tokenId) && (await revokePersonalAccessToken(context, change))) ||
    (isId("uat", tokenId) && (await revokeUserActorToken(context, change)));
  if (!isRevoked) throw notFound("Token");
}
