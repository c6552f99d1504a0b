import type { ErrorGroupDetail } from "@trigger.dev/core/v3";
import { changeErrorGroup, type ErrorActor } from "@trigger.dev/error-store";
import type { ErrorCommand } from "@trigger.dev/errors";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { notFound } from "../api/errors.js";
import { auditCredential, type AuditCredential, auditValues, enterAudit } from "./audit.server.js";
import { errorIdOf, fingerprintOf } from "./error-id.js";
import { readErrorDetail } from "./retrieve-error.server.js";

/** Whose change it is, in the group's activity and in the audit trail. */
interface ChangedBy {
  actor: ErrorActor;
  credential: AuditCredential;
}

/**
 * Resolves, ignores or unresolves one group of the caller's environment, in the name of whom the credential acts for.
 * @throws AppError 404
 */
export function changeError(
  context: AppContext,
  caller: EnvironmentAuthentication,
  errorId: string | undefined,
  command: ErrorCommand,
): Promise<ErrorGroupDetail> {
  const by = { actor: actorOf(caller), credential: auditCredential(caller) };
  return changeErrorBy(context, caller, { errorId, command, by });
}

/** @throws AppError 404 */
export async function changeErrorBy(
  context: AppContext,
  { organization, environment }: Pick<EnvironmentAuthentication, "organization" | "environment">,
  { errorId, command, by }: { errorId: string | undefined; command: ErrorCommand; by: ChangedBy },
): Promise<ErrorGroupDetail> {
  const key = { environmentId: environment.id, fingerprint: fingerprintOf(errorId) };
  const { actor, credential } = by;
  await context.errors.catchUp(key.environmentId);
  const row = auditValues(context, {
    action: `error.${command.type}`,
    outcome: "allowed",
    organizationId: organization.id,
    userId: actor.userId,
    credential,
    target: errorIdOf(key.fingerprint),
    detail: { environmentId: key.environmentId, ...command },
  });
  const changed = await changeErrorGroup(context.pool, { ...key, command, actor }, (client) =>
    enterAudit(client, [row]),
  );
  if (!changed) throw notFound("Error");
  context.witness.saw(row);
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
