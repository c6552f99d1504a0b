import { handOverSql } from "@trigger.dev/error-store";

/**
 * Parts of a statement that ends locked runs as failed, with their snapshots. Nothing else ends a run so: each becomes
 * an occurrence of its error in the same statement.
 * @param locked the part with the runs: their keys, `task_identifier` and `version`, and what they end with, as
 *   `snapshot_id`, `status`, `description`, `error`, `fingerprint` and `usage_ms`
 * @param at when they end: now, and not before the transaction began (see list/watermark.ts of the error store)
 */
export const failRunsSql = (locked: string, at: string): string => `
  moved AS (
    UPDATE run SET status = l.status, snapshot_id = l.snapshot_id, updated_at = ${at}, finished_at = ${at},
      output = NULL, output_type = NULL, error = l.error, error_fingerprint = l.fingerprint,
      usage_ms = least(run.usage_ms::bigint + l.usage_ms, 2147483647)
    FROM ${locked} l WHERE run.environment_id = l.environment_id AND run.id = l.run_id),
  told AS (
    INSERT INTO run_snapshot (environment_id, run_id, id, status, execution_status, description, created_at)
    SELECT environment_id, run_id, snapshot_id, status, 'FINISHED', description, ${at} FROM ${locked}),
  handed AS (${handOverSql(locked, at)})`;
