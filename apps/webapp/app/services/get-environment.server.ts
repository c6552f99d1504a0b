import type { GetEnvironmentResponseBody } from "@trigger.dev/core/v3";
import { environmentKeyContext } from "@trigger.dev/rbac";
import type { AppContext } from "../api/context.js";
import type { PlaceOf } from "../api/endpoint.js";
import { auditCredential, auditValues } from "./audit.server.js";
import type { Caller } from "../api/authenticate.js";
import { notFound } from "../api/errors.js";

/**
 * The key of an environment, or of the one that a branch belongs to, that `caller` may have or sign with: a person the
 * newest, a key itself alone. A key in its grace time, and what it signed, never lead to the one that replaced it.
 */
export async function environmentKeyOf(
  context: Pick<AppContext, "prisma" | "encryption">,
  { id, parentId }: { id: string; parentId: string | null },
  { credential }: Pick<Caller, "credential">,
): Promise<string> {
  const environmentId = parentId ?? id;
  const key = await context.prisma.environmentKey.findFirst({
    where: { environmentId, ...keyOpenTo(credential) },
    // Which key signed a JWT is not known here; the one that ends first outlives none of them.
    orderBy: { expiresAt: { sort: "asc", nulls: "last" } },
  });
  if (key === null) throw notFound("Environment");
  return context.encryption.open(key.ciphertext, environmentKeyContext(environmentId));
}

function keyOpenTo(credential: Caller["credential"]) {
  switch (credential.kind) {
    case "environmentKey":
      return { id: credential.id };
    case "environmentJwt":
      return { OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] };
    default:
      return { expiresAt: null };
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
