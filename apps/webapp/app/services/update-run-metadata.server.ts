import type {
  RunMetadataOperation,
  UpdateRunMetadataRequestBody,
  UpdateRunMetadataResponseBody,
} from "@trigger.dev/core/v3";
import { isId } from "@trigger.dev/core/ids";
import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import type { PoolClient } from "pg";
import type { AppContext } from "../api/context.js";
import { AppError, notFound } from "../api/errors.js";
import { requireScope } from "../api/require-scope.js";
import { applyMetadataOperations, type RunMetadata } from "./apply-metadata-operations.js";
import { inTransaction } from "./operation.server.js";
import { createRunReader } from "./run-reader.server.js";
import { storedMetadata } from "./stored-metadata.js";

/** Characters of a run's metadata as JSON. */
const MOST_METADATA = 256 * 1024;
/** Deeper than runs trigger each other; a circle ends here too. */
const MOST_ANCESTORS = 100;

const LOCK = `
  SELECT metadata, options->>'parentRunId' AS "parentId" FROM run WHERE environment_id = $1 AND id = $2 FOR UPDATE`;
const STORE = `UPDATE run SET metadata = $3, updated_at = now() WHERE environment_id = $1 AND id = $2`;
const PARENT = `SELECT options->>'parentRunId' AS "parentId" FROM run WHERE environment_id = $1 AND id = $2`;

interface Change {
  environmentId: string;
  runId: string;
  /** Takes the place of all there is, before the operations. */
  whole?: RunMetadata | undefined;
  operations: readonly RunMetadataOperation[];
}

/**
 * Changes a run's metadata, and its parent's and root's where the request says so, all or nothing. A run without a
 * parent is its own parent and root. The answer is empty for a caller that may write the run and not read it.
 * @throws AppError 404; 403 when the parent or the root is not covered; 413 for more than 256 KiB of metadata
 */
export async function updateRunMetadata(
  context: Pick<AppContext, "pool">,
  caller: EnvironmentAuthentication,
  runId: string,
  { metadata, operations = [], parentOperations = [], rootOperations = [] }: UpdateRunMetadataRequestBody,
): Promise<UpdateRunMetadataResponseBody> {
  if (!isId("run", runId)) throw notFound("Run");
  const environmentId = caller.environment.id;
  return inTransaction(context, async (client) => {
    // The kin first and then the run: a parent locks its own row alone, so that no two wait for each other.
    const kin = await kinOf(client, environmentId, runId);
    for (const [id, changes] of [
      [kin.root, rootOperations],
      [kin.parent, parentOperations],
    ] as const) {
      if (changes.length === 0 || id === runId) continue;
      requireScope(caller, [`write:runs:${id}`]);
      await change(client, { environmentId, runId: id, operations: changes });
    }
    const own = [
      ...operations,
      ...(kin.parent === runId ? parentOperations : []),
      ...(kin.root === runId ? rootOperations : []),
    ];
    const mayRead = await createRunReader(client, caller, runId);
    const changed = await change(client, { environmentId, runId, whole: metadata, operations: own });
    return { metadata: mayRead() ? changed : {} };
  });
}

async function kinOf(client: PoolClient, environmentId: string, runId: string) {
  const parentOf = async (id: string): Promise<string | undefined> => {
    const { rows } = await client.query<{ parentId: string | null }>(PARENT, [environmentId, id]);
    return rows[0]?.parentId ?? undefined;
  };
  const known = async (id: string | undefined): Promise<string | undefined> =>
    id !== undefined && (await client.query(PARENT, [environmentId, id])).rowCount === 1 ? id : undefined;
  const parent = (await known(await parentOf(runId))) ?? runId;
  let root = parent;
  for (let turn = 0; turn < MOST_ANCESTORS; turn++) {
    const next = await known(await parentOf(root));
    if (next === undefined || next === root) break;
    root = next;
  }
  return { parent, root };
}

async function change(client: PoolClient, { environmentId, runId, whole, operations }: Change): Promise<RunMetadata> {
  const { rows } = await client.query<{ metadata: string | null }>(LOCK, [environmentId, runId]);
  const [row] = rows;
  if (row === undefined) throw notFound("Run");
  const present = whole ?? storedMetadata(row.metadata);
  const after = applyMetadataOperations(present, operations);
  if (whole === undefined && operations.length === 0) return after;
  const text = JSON.stringify(after);
  if (text.length > MOST_METADATA) {
    throw new AppError("payload_too_large", `A run has at most ${MOST_METADATA / 1024} KiB of metadata.`);
  }
  await client.query(STORE, [environmentId, runId, text]);
  return after;
}
