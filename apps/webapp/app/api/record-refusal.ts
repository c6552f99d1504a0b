import { auditCredential } from "../services/audit.server.js";
import { isUser, type Caller } from "./authenticate.js";
import type { AppContext } from "./context.js";
import type { Endpoint } from "./endpoint.js";
import { AppError } from "./errors.js";

/** Who asked, as far as a request came before it was refused. */
export interface Admission {
  caller: Caller | null;
}

/** 403 and 429: somebody known may not, or not so often. A 404 tells nobody anything, the trail included. */
const isRecorded = (error: AppError) => error.status === 403 || error.status === 429;

const organizationOf = (caller: Caller): string | null =>
  isUser(caller) ? (caller.place?.organization.id ?? null) : caller.organization.id;

/** An id is whatever the caller wrote there, a secret in the wrong place too. */
const withoutId = (scope: string): string => scope.split(":", 2).join(":");

/** Writes down that a request was refused to somebody known. 401 is written where the credential is refused. */
export function recordRefusal(
  context: AppContext,
  { endpoint, route, method }: { endpoint: Endpoint; route: string; method: string },
  { caller, thrown }: Admission & { thrown: unknown },
): void {
  if (!(thrown instanceof AppError) || !isRecorded(thrown) || caller === null) return;
  const { scopes, deniedScopes } = thrown.details;
  context.refusals.record(context, {
    action: endpoint.audit ?? "request",
    reason: thrown.code,
    organizationId: organizationOf(caller),
    userId: caller.user?.id ?? null,
    credential: auditCredential(caller),
    target: `${method} ${route}`,
    detail: {
      ...(scopes ? { needed: scopes.map(withoutId) } : {}),
      ...(deniedScopes ? { denied: deniedScopes.map(withoutId) } : {}),
    },
  });
}
