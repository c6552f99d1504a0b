import type { MintUserActorTokenRequestBody, MintUserActorTokenResponseBody } from "@trigger.dev/core/v3";
import { createId } from "@trigger.dev/core/ids";
import { signUserActorToken, type UserAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { tooManyRequests } from "../api/errors.js";
import { RATES } from "../api/rates.js";
import { auditValues } from "./audit.server.js";
import { mintTerms } from "./mint-terms.js";
import { policiesOfPerson } from "./policies-of-person.server.js";

/** The most live user-actor tokens of one PAT. */
export const MOST_LIVE_TOKENS = 10_000;

/**
 * Mints a user-actor token from a PAT: enters it in the ledger, then signs it.
 * @throws AppError 400 for what the instance's ceiling, or the policies of all the person's organizations, refuse; 429
 * over the rate or the quota
 */
export async function mintUserActorToken(
  context: AppContext,
  { user, credential }: UserAuthentication,
  body: MintUserActorTokenRequestBody,
): Promise<MintUserActorTokenResponseBody> {
  const { userActorDefaultCap, userActorMaxTtlSeconds, maxMintsPerMinute } = context.config;
  const { client, cap, isCapDefaulted, ttlSeconds, mintsPerMinute } = mintTerms(
    body,
    // Mostly there are none, which came with the credential: a mint is too quick for another round trip.
    credential.kind === "pat" && credential.isUnderPolicy === false ? [] : await policiesOfPerson(context, user.id),
    {
      defaultCap: userActorDefaultCap,
      maxTtlSeconds: userActorMaxTtlSeconds,
      mintsPerMinute: RATES.mint.points,
      maxMintsPerMinute,
    },
  );
  await context.rates.take("mint", credential.id, mintsPerMinute);

  const id = createId("uat");
  const iat = Math.floor(Date.now() / 1000);
  const exp = iat + ttlSeconds;
  const expiresAt = new Date(exp * 1000).toISOString();
  const audit = auditValues(context, {
    action: "uat.mint",
    outcome: "allowed",
    userId: user.id,
    target: id,
    credential: { kind: "pat", id: credential.id },
    detail: { client, cap, ttlSeconds },
  });
  const entry = { id, userId: user.id, patId: credential.id, client, cap, isCapDefaulted, expiresAt, audit };
  if (!(await context.ledger.enter(entry))) throw tooManyLiveTokens();
  context.witness.saw(audit);
  const token = await signUserActorToken({
    claims: { sub: user.id, jti: id, iat, exp, ...(cap ? { cap: [...cap] } : {}), act: { client, pat: credential.id } },
    ring: context.secrets.userActor,
  });
  return { token, expiresInSeconds: ttlSeconds, id, expiresAt, cap: cap && [...cap] };
}

const tooManyLiveTokens = () =>
  tooManyRequests(
    `This personal access token has ${MOST_LIVE_TOKENS} live user-actor tokens, the most there may be. Revoke some or let them expire.`,
    60_000,
    { code: "too_many_live_tokens" },
  );
