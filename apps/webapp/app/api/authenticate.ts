import type {
  AccessTarget,
  EnvironmentAuthentication,
  RefusalReason,
  RefusedCredential,
  UserAuthentication,
} from "@trigger.dev/plugins/rbac";
import { readBearerCredential, type CredentialKind } from "./bearer-credential.js";
import type { AppContext } from "./context.js";
import { unauthorized } from "./errors.js";

export type Caller = UserAuthentication | EnvironmentAuthentication;

export const isUser = (caller: Caller): caller is UserAuthentication =>
  caller.credential.kind === "pat" || caller.credential.kind === "uat" || caller.credential.kind === "session";

type Reason = RefusalReason | "missing" | "not_accepted_here";

/** Logs why, counts it against the address, and answers the one 401 (or 429 once the address has had too many). */
async function refuse(context: AppContext, reason: Reason, credential?: RefusedCredential): Promise<never> {
  if (isFlooded(context)) await context.door.holdBack();
  context.log.info({ requestId: context.requestId, reason, address: context.clientAddress }, "authentication refused");
  if (reason === "missing") throw unauthorized();
  const { userId, organizationId, ...named } = credential ?? {};
  context.refusals.record(context, {
    action: "authenticate",
    reason,
    userId: userId ?? null,
    organizationId: organizationId ?? null,
    credential: "kind" in named ? named : null,
  });
  await context.rates.take("failedAuthentication", context.clientAddress);
  throw unauthorized();
}

const isFlooded = ({ rates, clientAddress }: AppContext): boolean =>
  rates.isExhausted("failedAuthentication", clientAddress);

/**
 * Verifies the bearer credential of a request, if it is of one of `kinds`, and finds the target in the same round trip.
 * @throws AppError 401, one for all reasons; 429 for an address that failed too often (good credentials still pass)
 */
export async function authenticate(
  request: Request,
  context: AppContext,
  kinds: readonly CredentialKind[],
  targetFor: (kind: CredentialKind) => AccessTarget,
): Promise<Caller> {
  const presented = readBearerCredential(request);
  if (presented === null) return refuse(context, "missing");
  if (presented === "malformed") return refuse(context, "malformed");
  const { kind, token } = presented;
  if (!kinds.includes(kind)) return refuse(context, "not_accepted_here");
  const isInFlood = isFlooded(context);
  const found = await context.door.findRefusal(token, isInFlood);
  if (found !== null) return refuse(context, found);
  const result = await ask(context, kind, token, { target: targetFor(kind) });
  if (result.ok) {
    context.door.passed(token, isInFlood);
    return result.authentication;
  }
  context.door.failed(token, result.reason);
  return refuse(context, result.reason, result.credential);
}

function ask(context: AppContext, kind: CredentialKind, token: string, access: { target: AccessTarget }) {
  switch (kind) {
    case "pat":
      return context.rbac.authenticatePersonalAccessToken(token, access);
    case "uat":
      return context.rbac.authenticateUserActor(token, access);
    case "environmentKey":
    case "environmentJwt":
      return context.rbac.authenticateBearer(token, access);
  }
}
