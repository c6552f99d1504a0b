import type { Pool } from "pg";

/** The newest registered version of an environment's tasks. */
export interface CurrentWorker {
  id: string;
  version: string;
  createdAt: Date;
  tasks: { id: string; slug: string; filePath: string; triggerSource: string }[];
}

const READ = `
  SELECT w.id, w.version, w.created_at AS "createdAt", coalesce((
    SELECT json_agg(json_build_object('id', t.id, 'slug', t.slug, 'filePath', t.file_path,
      'triggerSource', t.trigger_source) ORDER BY t.slug)
    FROM background_worker_task t WHERE t.environment_id = w.environment_id AND t.worker_id = w.id), '[]') AS tasks
  FROM background_worker w WHERE w.environment_id = $1 ORDER BY w.registered_at DESC LIMIT 1`;

/** Null before the first registration. */
export async function currentWorker(pool: Pool, environmentId: string): Promise<CurrentWorker | null> {
  return (await pool.query<CurrentWorker>(READ, [environmentId])).rows[0] ?? null;
}
