import type {
  AccessTarget,
  EnvironmentAuthentication,
  RefusalReason,
  UserAuthentication,
} from "@trigger.dev/plugins/rbac";
import { readBearerCredential, type CredentialKind } from "./bearer-credential.js";
import type { AppContext } from "./context.js";
import { unauthorized } from "./errors.js";

export type Caller = UserAuthentication | EnvironmentAuthentication;

export const isUser = (caller: Caller): caller is UserAuthentication =>
  caller.credential.kind === "pat" || caller.credential.kind === "uat" || caller.credential.kind === "session";

/** Logs why, counts it against the address, and answers the one 401 (or 429 once the address has had too many). */
async function refuse(context: AppContext, reason: RefusalReason | "missing" | "not_accepted_here"): Promise<never> {
  context.log.info({ requestId: context.requestId, reason, address: context.clientAddress }, "authentication refused");
  if (reason !== "missing") await context.rates.take("failedAuthentication", context.clientAddress);
  throw unauthorized();
}

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
  const presented = readBearerCredential(request, context.duplicateAuthorization);
  if (presented === null) return refuse(context, "missing");
  if (presented === "malformed") return refuse(context, "malformed");
  const { kind, token } = presented;
  if (!kinds.includes(kind)) return refuse(context, "not_accepted_here");
  const access = { target: targetFor(kind) };
  const result = await ask(context, kind, token, access);
  return result.ok ? result.authentication : refuse(context, result.reason);
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
