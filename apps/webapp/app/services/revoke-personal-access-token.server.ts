import type { OperationContext } from "./operation.server.js";
import { revokeTokenRow, type Revocation } from "./revoke-token-row.server.js";

/** Revokes a personal access token and, with it, all that was minted or exchanged from it. As `revokeTokenRow`. */
export const revokePersonalAccessToken = (context: OperationContext, revocation: Revocation): Promise<boolean> =>
  revokeTokenRow(context, "pat", revocation);
