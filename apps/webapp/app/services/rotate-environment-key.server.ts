import { createEnvironmentKey, createId, type EnvironmentType } from "@trigger.dev/core/ids";
import { MAX_LIFETIME_SECONDS } from "@trigger.dev/core/jwt";
import { environmentKeyContext, sha256 } from "@trigger.dev/rbac";
import { notFound } from "../api/errors.js";
import { auditChange, inTransaction, type ChangedBy, type SealingContext } from "./operation.server.js";
import { refuse } from "./refuse.server.js";

/**
 * Gives a root environment a new key. The old ones, and what they signed, live on for `graceSeconds` (0 on a leak).
 * @throws AppError 400 for a grace that cannot be or a branch, 404 when there is no such environment
 */
export async function rotateEnvironmentKey(
  context: SealingContext,
  { environmentId, graceSeconds, by }: { environmentId: string; graceSeconds: number; by: ChangedBy },
): Promise<{ environmentId: string; apiKey: string; oldKeysExpireAt: Date }> {
  if (!Number.isInteger(graceSeconds) || graceSeconds < 0 || graceSeconds > MAX_LIFETIME_SECONDS) {
    throw refuse("graceSeconds", `The grace is a whole number of seconds from 0 to ${MAX_LIFETIME_SECONDS}.`);
  }
  return inTransaction(context, async (client) => {
    const found = await client.query<{ type: EnvironmentType; parentId: string | null; organizationId: string }>(
      `SELECT e.type, e.parent_id AS "parentId", p.organization_id AS "organizationId"
       FROM environment e JOIN project p ON p.id = e.project_id WHERE e.id = $1 FOR UPDATE OF e`,
      [environmentId],
    );
    const environment = found.rows[0];
    if (!environment) throw notFound("Environment");
    if (environment.parentId !== null)
      throw refuse("id", `A branch uses its parent's key; rotate ${environment.parentId}.`);
    const oldKeysExpireAt = new Date(Date.now() + graceSeconds * 1000);
    await client.query(
      `UPDATE environment_key SET expires_at = least(coalesce(expires_at, $2), $2) WHERE environment_id = $1`,
      [environmentId, oldKeysExpireAt],
    );
    const apiKey = createEnvironmentKey(environment.type);
    await client.query("INSERT INTO environment_key (id, environment_id, hash, ciphertext) VALUES ($1, $2, $3, $4)", [
      createId("envkey"),
      environmentId,
      sha256(apiKey),
      context.encryption.seal(apiKey, environmentKeyContext(environmentId)),
    ]);
    await auditChange(client, context, {
      action: "environment-key.rotate",
      organizationId: environment.organizationId,
      target: environmentId,
      detail: { graceSeconds },
      by,
    });
    return { environmentId, apiKey, oldKeysExpireAt };
  });
}
