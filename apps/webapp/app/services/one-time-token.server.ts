import { createHash } from "node:crypto";
import { decodeJwtUnverified } from "@trigger.dev/core/jwt";
import type { Caller } from "../api/authenticate.js";
import { readBearerCredential } from "../api/bearer-credential.js";
import type { AppContext } from "../api/context.js";
import { unauthorized } from "../api/errors.js";

export interface PresentedToken {
  request: Request;
  caller: Caller;
}

/** The first use is written down; asked again for the same run or batch, the same request is being tried again. */
const SPEND = `
  INSERT INTO used_token (environment_id, hash, used_for, expires_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT (environment_id, hash) DO UPDATE SET used_for = used_token.used_for RETURNING used_for AS "usedFor"`;
const MOVE = "UPDATE used_token SET used_for = $4 WHERE environment_id = $1 AND hash = $2 AND used_for = $3";

/** Of a token that was verified already and says `otu`, as the published SDK's tokens for triggering do. */
function keyOf({ request, caller }: PresentedToken) {
  if (caller.credential.kind !== "environmentJwt" || !("environment" in caller)) return null;
  const presented = readBearerCredential(request);
  if (presented === null || presented === "malformed") return null;
  if (decodeJwtUnverified(presented.token)?.claims["otu"] !== true) return null;
  const hash = createHash("sha256").update(presented.token).digest();
  return { values: [caller.environment.id, hash] as const, expiresAt: caller.credential.expiresAt };
}

/**
 * Does what a one-time token is spent on, `usedFor` a run or a batch; with another credential it just does it. The token
 * is spent even if that fails: giving it back would race another use of it. `work` may answer another id.
 * @throws AppError 401 for a token that was spent on something else before
 */
export async function spendingOneTimeToken<T extends { id: string }>(
  context: Pick<AppContext, "pool" | "log" | "requestId">,
  { usedFor, ...presented }: PresentedToken & { usedFor: string },
  work: () => Promise<T>,
): Promise<T> {
  const key = keyOf(presented);
  if (key === null) return work();
  const { rows } = await context.pool.query<{ usedFor: string }>(SPEND, [...key.values, usedFor, key.expiresAt]);
  if (rows[0]?.usedFor !== usedFor) {
    context.log.info({ requestId: context.requestId, reason: "used_before" }, "authentication refused");
    throw unauthorized();
  }
  const done = await work();
  if (done.id !== usedFor) await context.pool.query(MOVE, [...key.values, usedFor, done.id]);
  return done;
}
