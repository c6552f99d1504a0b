import type { GetEnvironmentResponseBody } from "@trigger.dev/core/v3";
import { environmentKeyContext } from "@trigger.dev/rbac";
import type { AppContext } from "../api/context.js";
import type { PlaceOf } from "../api/endpoint.js";
import { auditCredential, auditValues } from "./audit.server.js";
import type { Caller } from "../api/authenticate.js";
import { notFound } from "../api/errors.js";

const FIND_KEY = `
  SELECT ciphertext FROM environment_key
  WHERE environment_id = $1 AND CASE WHEN $2::text IS NOT NULL THEN id = $2
    WHEN $3::boolean THEN expires_at IS NULL OR expires_at > now() ELSE expires_at IS NULL END
  ORDER BY expires_at NULLS LAST LIMIT 1`;

/**
 * The key of an environment, or of the one that a branch belongs to, that `caller` may have or sign with: a person the
 * newest, a key itself alone. A key in its grace time, and what it signed, never lead to the one that replaced it.
 */
export async function environmentKeyOf(
  context: Pick<AppContext, "reader" | "encryption">,
  { id, parentId }: { id: string; parentId: string | null },
  { credential }: Pick<Caller, "credential">,
): Promise<string> {
  const environmentId = parentId ?? id;
  const { rows } = await context.reader.query<{ ciphertext: string }>({
    name: "environment-key",
    text: FIND_KEY,
    values: [environmentId, ...keyOpenTo(credential)],
  });
  const [key] = rows;
  if (key === undefined) throw notFound("Environment");
  return context.encryption.open(key.ciphertext, environmentKeyContext(environmentId));
}

/** The key's own id, or whether one in its grace time will do: else the newest alone. */
function keyOpenTo(credential: Caller["credential"]): [string | null, boolean] {
  switch (credential.kind) {
    case "environmentKey":
      return [credential.id, false];
    case "environmentJwt":
      // Which key signed it is not known here; the one that ends first outlives none of them.
      return [null, true];
    default:
      return [null, false];
  }
}

/** Hands out an environment's key: what the CLI acts with once it knows who asks. */
export async function getEnvironment(
  context: AppContext,
  caller: Caller,
  { organization, project, environment }: PlaceOf<"environment">,
): Promise<GetEnvironmentResponseBody> {
  const apiKey = await environmentKeyOf(context, environment, caller);
  context.auditLater.add(
    auditValues(context, {
      action: "environment_key.read",
      outcome: "allowed",
      organizationId: organization.id,
      userId: caller.user?.id ?? null,
      credential: auditCredential(caller),
      target: environment.id,
    }),
  );
  return { apiKey, name: project.name, apiUrl: context.config.appOrigin, projectId: project.id };
}
