import type { ExchangeTokenRequestBody, ExchangeTokenResponseBody } from "@trigger.dev/core/v3";
import type { Organization, UserAuthentication } from "@trigger.dev/plugins/rbac";
import { signEnvironmentJwt } from "@trigger.dev/rbac";
import type { PlaceOf } from "../api/endpoint.js";
import type { AppContext } from "../api/context.js";
import { AppError } from "../api/errors.js";
import { invalidRequest } from "../api/invalid-request.js";
import { auditCredential, auditValues } from "./audit.server.js";
import { expirationTime } from "./expiration-time.js";
import { refuse } from "./refuse.server.js";

const DEFAULT_LIFETIME = "1h";
const MOST_GRANTED_LENGTH = 20_000;
/** What stands for the client of a JWT that was exchanged from the PAT itself. */
const PAT_CLIENT = "pat";

/**
 * Exchanges a person's token for one of an environment (in the sense of RFC 8693), that carries who it acts for.
 * Grants what was asked for as far as every cap and the role cover it; never outlives the token it came from.
 * @throws AppError 400 for a bad expiry, 403 `invalid_scope` when nothing can be granted, 429 over the rate
 */
export async function exchangeToken(
  context: AppContext,
  caller: UserAuthentication,
  { organization, environment }: PlaceOf<"environment">,
  { claims, expirationTime: requestedExpiry }: ExchangeTokenRequestBody,
): Promise<ExchangeTokenResponseBody> {
  const requested = claims?.scopes;
  const now = Math.floor(Date.now() / 1000);
  const wanted = expirationTime(requestedExpiry ?? DEFAULT_LIFETIME, now);
  if (!wanted.ok) throw invalidRequest({ path: "body.expirationTime", message: wanted.problem });
  await takeExchange(context, caller, organization);

  const { granted, denied } = caller.ability.grant(requested);
  if (granted.length === 0) throw nothingGranted(denied);
  // The grant of two full lists can be longer than either, and than any header holds.
  if (JSON.stringify(granted).length > MOST_GRANTED_LENGTH) {
    throw refuse("body.claims.scopes", "The scopes to be granted do not fit one token. Ask for fewer.");
  }
  const since = caller.place ? Math.floor(caller.place.membership.since.getTime() / 1000) : now;
  const exp = Math.min(wanted.at, expiryOf(caller), now + (organization.policy?.maxTokenTtlSeconds ?? Infinity));
  const token = await signEnvironmentJwt({
    environmentId: environment.id,
    scopes: granted,
    act: actorOf(caller),
    // A membership that began in this very second starts after whatever an earlier one issued.
    iat: Math.max(now, since),
    exp,
    ring: context.secrets.environmentJwt,
  });
  context.auditLater.add(
    auditValues(context, {
      action: "token.exchange",
      outcome: "allowed",
      organizationId: organization.id,
      userId: caller.user.id,
      credential: auditCredential(caller),
      target: environment.id,
      detail: { granted, denied, expiresAt: new Date(exp * 1000).toISOString() },
    }),
  );
  return { token, scopes: granted, deniedScopes: denied, expiresAt: new Date(exp * 1000).toISOString() };
}

/** An organization that sets a rate of its own counts for itself, so that no other's exchanges use it up. */
function takeExchange({ rates, config }: AppContext, { credential }: UserAuthentication, { id, policy }: Organization) {
  const own = policy?.exchangesPerMinute ?? null;
  return own === null
    ? rates.take("exchange", credential.id)
    : rates.take("exchange", `${credential.id} ${id}`, Math.min(own, config.maxExchangesPerMinute));
}

const nothingGranted = (denied: string[]) =>
  new AppError(
    "invalid_scope",
    denied.length > 0
      ? `None of the requested scopes can be granted: ${denied.join(", ")}.`
      : "This credential has nothing to grant in this environment.",
    { deniedScopes: denied },
  );

function expiryOf({ credential }: UserAuthentication): number {
  const seconds = (date: Date | null) => (date === null ? Number.POSITIVE_INFINITY : Math.floor(date.getTime() / 1000));
  switch (credential.kind) {
    case "pat":
      return seconds(credential.expiresAt);
    case "uat":
      return Math.min(seconds(credential.expiresAt), seconds(credential.parentExpiresAt));
    case "session":
      return Number.POSITIVE_INFINITY;
  }
}

function actorOf({ user, credential }: UserAuthentication) {
  if (credential.kind === "uat") {
    return { sub: user.id, client: credential.client, pat: credential.parentId, uat: credential.id };
  }
  return { sub: user.id, client: PAT_CLIENT, pat: credential.id };
}
