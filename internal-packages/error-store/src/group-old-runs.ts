import { fingerprintOf, type TaskError } from "@trigger.dev/errors";
import type { Pool } from "pg";

const AT_ONCE = 500;

interface UngroupedRun {
  environmentId: string;
  id: string;
  taskIdentifier: string;
  error: TaskError | null;
}

const FIND = `
  SELECT environment_id AS "environmentId", id, task_identifier AS "taskIdentifier", error FROM run
  WHERE error_fingerprint IS NULL AND status IN ('FAILED', 'CRASHED', 'SYSTEM_FAILURE', 'TIMED_OUT')
    AND ($1::text IS NULL OR environment_id = $1) AND (environment_id, id) > ($2, $3)
  ORDER BY environment_id, id LIMIT ${AT_ONCE}`;

const STORE = `
  UPDATE run r SET error_fingerprint = f.fingerprint, finished_at = coalesce(r.finished_at, r.updated_at)
  FROM unnest($1::text[], $2::text[], $3::text[]) AS f (environment_id, id, fingerprint)
  WHERE r.environment_id = f.environment_id AND r.id = f.id AND r.error_fingerprint IS NULL`;

/** Gives failed runs without a fingerprint theirs; answers how many. They are in no counter yet. */
export async function groupOldRuns(pool: Pool, environmentId: string | null): Promise<number> {
  let total = 0;
  let last: Pick<UngroupedRun, "environmentId" | "id"> | undefined = { environmentId: "", id: "" };
  while (last !== undefined) {
    const rows: UngroupedRun[] = (await pool.query(FIND, [environmentId, last.environmentId, last.id])).rows;
    const fingerprints = rows.map(
      ({ error, ...run }) => fingerprintOf({ ...run, error: error ?? { type: "CUSTOM_ERROR" } }).fingerprint,
    );
    const environments = rows.map((run) => run.environmentId);
    const ids = rows.map(({ id }) => id);
    const stored = await pool.query(STORE, [environments, ids, fingerprints]);
    total += stored.rowCount ?? 0;
    last = rows.length === AT_ONCE ? rows.at(-1) : undefined;
  }
  return total;
}
