import type { ResetIdempotencyKeyResponseBody } from "@trigger.dev/core/v3";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { notFound } from "../api/errors.js";
import { requireScope } from "../api/require-scope.js";

const PLACE = `environment_id = $1 AND task_identifier = $2 AND idempotency_key = $3`;

/**
 * Frees the idempotency key that a task's run holds, so that the next trigger with it makes a new run.
 * @throws AppError 403, the same for a key that no run holds; 404
 */
export async function resetIdempotencyKey(
  { pool }: Pick<AppContext, "pool">,
  caller: EnvironmentAuthentication,
  { key, taskIdentifier }: { key: string; taskIdentifier: string },
): Promise<ResetIdempotencyKeyResponseBody> {
  const values = [caller.environment.id, taskIdentifier, key];
  const found = await pool.query<{ id: string }>(`SELECT id FROM run WHERE ${PLACE}`, values);
  const [run] = found.rows;
  requireScope(caller, run ? ["write:runs", `write:runs:${run.id}`] : ["write:runs"]);
  if (run === undefined) throw notFound("Idempotency key");
  await pool.query(
    `UPDATE run SET idempotency_key = NULL, idempotency_key_expires_at = NULL, updated_at = now()
     WHERE ${PLACE} AND id = $4`,
    [...values, run.id],
  );
  return { id: key };
}
