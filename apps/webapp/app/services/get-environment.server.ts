import type { GetEnvironmentResponseBody } from "@trigger.dev/core/v3";
import { environmentKeyContext } from "@trigger.dev/rbac";
import type { AppContext } from "../api/context.js";
import type { PlaceOf } from "../api/endpoint.js";
import { auditCredential, auditValues } from "./audit.server.js";
import type { Caller } from "../api/authenticate.js";
import { notFound } from "../api/errors.js";

/** The newest key of an environment, or of the one that a branch belongs to. */
export async function environmentKeyOf(
  context: Pick<AppContext, "prisma" | "encryption">,
  { id, parentId }: { id: string; parentId: string | null },
): Promise<string> {
  const environmentId = parentId ?? id;
  const key = await context.prisma.environmentKey.findFirst({
    where: { environmentId, expiresAt: null },
    orderBy: { createdAt: "desc" },
  });
  if (key === null) throw notFound("Environment");
  return context.encryption.open(key.ciphertext, environmentKeyContext(environmentId));
}

/** Hands out an environment's key: what the CLI acts with once it knows who asks. */
export async function getEnvironment(
  context: AppContext,
  caller: Caller,
  { organization, project, environment }: PlaceOf<"environment">,
): Promise<GetEnvironmentResponseBody> {
  const apiKey = await environmentKeyOf(context, environment);
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
