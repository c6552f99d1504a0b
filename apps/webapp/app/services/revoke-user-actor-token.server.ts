import type { OperationContext } from "./operation.server.js";
import { revokeTokenRow, type Revocation } from "./revoke-token-row.server.js";

/** Revokes a user-actor token by its ledger id; what was exchanged from it ends with it. As `revokeTokenRow`. */
export const revokeUserActorToken = (context: OperationContext, revocation: Revocation): Promise<boolean> =>
  revokeTokenRow(context, "uat", revocation);
