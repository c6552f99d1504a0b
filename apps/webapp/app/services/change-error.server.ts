import type { ErrorGroupDetail } from "@trigger.dev/core/v3";
import { changeErrorGroup, type ErrorActor } from "@trigger.dev/error-store";
import type { ErrorCommand } from "@trigger.dev/errors";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { notFound } from "../api/errors.js";
import { auditCredential } from "./audit.server.js";
import { errorIdOf, fingerprintOf } from "./error-id.js";
import { auditChange } from "./operation.server.js";
import { readErrorDetail } from "./retrieve-error.server.js";

/**
 * Resolves, ignores or unresolves one group of the caller's environment, in the name of whom the credential acts for.
 * @throws AppError 404
 */
export async function changeError(
  context: AppContext,
  caller: EnvironmentAuthentication,
  errorId: string | undefined,
  command: ErrorCommand,
): Promise<ErrorGroupDetail> {
  const key = { environmentId: caller.environment.id, fingerprint: fingerprintOf(errorId) };
  const actor = actorOf(caller);
  const changed = await changeErrorGroup(context.pool, { ...key, command, actor }, (client) =>
    auditChange(client, context, {
      action: `error.${command.type}`,
      organizationId: caller.organization.id,
      target: errorIdOf(key.fingerprint),
      detail: { environmentId: key.environmentId, ...command },
      by: { userId: actor.userId, credential: auditCredential(caller) },
    }),
  );
  if (!changed) throw notFound("Error");
  return readErrorDetail(context, key);
}

/** Whom a change is attributed to: with an environment's own key, and with what it signed, nobody vouches for a person. */
export function actorOf({
  credential,
  environment,
}: Pick<EnvironmentAuthentication, "credential" | "environment">): ErrorActor {
  if (credential.kind === "environmentKey" || credential.act === null) {
    return { userId: null, credential: { kind: credential.kind, id: environment.id }, client: null };
  }
  const { userId, client, patId, uatId } = credential.act;
  const source = uatId === null ? ({ kind: "pat", id: patId } as const) : ({ kind: "uat", id: uatId } as const);
  return { userId, credential: source, client };
}
