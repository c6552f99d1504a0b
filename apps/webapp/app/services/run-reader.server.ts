import type { EnvironmentAuthentication } from "@trigger.dev/plugins/rbac";
import type { ClientBase, Pool } from "pg";
import { scopesToReadRun } from "./run-access.js";

interface Row {
  id: string;
  taskIdentifier: string;
  tags: string[];
  batchId: string | null;
}

/**
 * Whether a caller may read one run of its environment: asked with tags, whether it could if the run had those too.
 * To write is not to read, so what changes a run shows nothing of it to who may not, and opens it to nobody.
 */
export async function createRunReader(
  db: ClientBase | Pool,
  { ability, environment }: Pick<EnvironmentAuthentication, "ability" | "environment">,
  runId: string,
): Promise<(moreTags?: readonly string[]) => boolean> {
  if (ability.can([`read:runs:${runId}`])) return () => true;
  const { rows } = await db.query<Row>(
    `SELECT id, task_identifier AS "taskIdentifier", tags, batch_id AS "batchId"
     FROM run WHERE environment_id = $1 AND id = $2`,
    [environment.id, runId],
  );
  const [run] = rows;
  return (moreTags = []) =>
    run !== undefined && ability.can(scopesToReadRun({ ...run, tags: [...run.tags, ...moreTags] }));
}
