import type { Pool } from "pg";

const TABLES = [
  `"user"`,
  "organization",
  "organization_member",
  "organization_member_removal",
  "organization_invitation",
  "project",
  "environment",
  "environment_key",
  "environment_variable",
  "personal_access_token",
  "user_actor_token",
  "authorization_code",
  "session",
  "sign_in_link",
  "run",
  "run_tag",
  "run_snapshot",
  "run_attempt",
  "queue_item",
  "task_queue",
  "background_worker",
  "background_worker_task",
  "batch",
  "batch_item",
  "packet",
  "error_group",
  "error_search",
  "error_bucket_minute",
  "error_bucket_hour",
  "error_bucket_day",
  "error_group_day",
  "error_activity",
  "error_outbox",
];

/**
 * A digest of every table that a request could change, without the times of last use. The trail counts only what it
 * says was allowed: a refused request may be written down, and must not be attributed to anybody as done.
 */
export async function fingerprint(pool: Pool): Promise<Record<string, string>> {
  const digests = TABLES.map(
    (table) =>
      `(SELECT count(*) || ' ' || coalesce(md5(string_agg((to_jsonb(t) - 'last_used_at')::text, '' ORDER BY (to_jsonb(t) - 'last_used_at')::text)), '')
        FROM ${table} t) AS ${table}`,
  );
  // Reads and exchanges are written down a moment later, and change nothing.
  const trail = `(SELECT count(*)::text FROM audit_event WHERE outcome = 'allowed'
    AND action NOT IN ('token.exchange', 'environment_key.read')) AS audit_event`;
  const { rows } = await pool.query<Record<string, string>>(`SELECT ${[...digests, trail].join(", ")}`);
  return rows[0] ?? {};
}
