import type { UpdateRunMetadataResponseBody } from "@trigger.dev/core/v3";
import { isId } from "@trigger.dev/core/ids";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import type { AppContext } from "../api/context.js";
import { requireReadable } from "./run-access.js";
import { storedMetadata } from "./stored-metadata.js";

interface MetadataRow {
  id: string;
  taskIdentifier: string;
  tags: string[];
  batchId: string | null;
  metadata: string | null;
}

const FIND = `
  SELECT id, task_identifier AS "taskIdentifier", tags, batch_id AS "batchId", metadata
  FROM run WHERE environment_id = $1 AND id = $2`;

/**
 * The metadata of a run of the caller's environment.
 * @throws AppError as reading the run
 */
export async function retrieveRunMetadata(
  { pool }: Pick<AppContext, "pool">,
  { ability, environment }: Pick<EnvironmentAuthentication, "ability" | "environment">,
  runId: string,
): Promise<UpdateRunMetadataResponseBody> {
  const values = [environment.id, runId];
  const found = isId("run", runId) ? (await pool.query<MetadataRow>(FIND, values)).rows[0] : undefined;
  return { metadata: storedMetadata(requireReadable(ability, runId, found).metadata) };
}
