import type { GetPersonalAccessTokenResponseBody } from "@trigger.dev/core/v3";
import type { AppContext } from "../api/context.js";
import { AppError } from "../api/errors.js";
import { authorizationCodeHash } from "./create-authorization-code.server.js";
import { createPersonalAccessToken } from "./create-personal-access-token.server.js";
import { inTransaction } from "./operation.server.js";

/** The row lock makes a code one token, however many ask at once. */
const REDEEM = `
  UPDATE authorization_code SET redeemed_at = now()
  WHERE hash = $1 AND approved_by IS NOT NULL AND redeemed_at IS NULL AND expires_at > now()
  RETURNING id, approved_by AS "approvedBy", client`;

const PENDING = `
  SELECT 1 FROM authorization_code
  WHERE hash = $1 AND approved_by IS NULL AND redeemed_at IS NULL AND expires_at > now()`;

/**
 * Answers the new personal access token once the person has approved; `{token: null}` until then.
 * @throws AppError 400 for a code that is unknown, expired, refused or used
 */
export async function redeemAuthorizationCode(
  context: AppContext,
  code: string,
): Promise<GetPersonalAccessTokenResponseBody> {
  const hash = authorizationCodeHash(code);
  const made = await inTransaction(context, async (transaction) => {
    const { rows } = await transaction.query<{ id: string; approvedBy: string; client: string }>(REDEEM, [hash]);
    const [redeemed] = rows;
    if (redeemed === undefined) return null;
    return createPersonalAccessToken(
      { ...context, transaction },
      {
        userId: redeemed.approvedBy,
        name: `CLI login (${redeemed.client})`.slice(0, 255),
        by: { userId: redeemed.approvedBy, credential: { kind: "authorizationCode", id: redeemed.id } },
      },
    );
  });
  if (made) return { token: { token: made.token, obfuscatedToken: made.obfuscated } };
  const pending = await context.pool.query(PENDING, [hash]);
  if (pending.rowCount === 1) return { token: null };
  await context.rates.take("failedAuthentication", context.clientAddress);
  throw new AppError("bad_request", "This authorization code is unknown, expired, refused or used. Start again.");
}
