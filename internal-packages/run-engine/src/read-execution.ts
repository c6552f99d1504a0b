import type { EngineContext, RunKey } from "./engine-context.js";

/** What a worker has to know of a run to execute it. */
export interface Execution {
  payload: string | null;
  payloadType: string;
  metadata: string | null;
  tags: string[];
  isTest: boolean;
  idempotencyKey: string | null;
  createdAt: Date;
  startedAt: Date;
  priority: number | null;
  maxAttempts: number | null;
  maxDuration: number | null;
  queue: string;
  version: string;
  workerId: string;
  task: { id: string; slug: string; filePath: string; exportName: string | null };
}

const READ = `
  SELECT r.payload, r.payload_type AS "payloadType", r.metadata, r.tags, r.is_test AS "isTest",
    r.idempotency_key AS "idempotencyKey", r.created_at AS "createdAt", r.started_at AS "startedAt", r.queue, r.version,
    r.worker_id AS "workerId",
    (r.options->>'priority')::double precision AS priority, (r.options->>'maxAttempts')::integer AS "maxAttempts",
    coalesce((r.options->>'maxDuration')::double precision, t.max_duration) AS "maxDuration",
    json_build_object('id', t.id, 'slug', t.slug, 'filePath', t.file_path, 'exportName', t.export_name) AS task
  FROM run r JOIN background_worker_task t
    ON t.environment_id = r.environment_id AND t.worker_id = r.worker_id AND t.slug = r.task_identifier
  WHERE r.environment_id = $1 AND r.id = $2`;

/** Null for a run that no worker of this environment ever had. */
export async function readExecution(
  { pool }: EngineContext,
  { environmentId, runId }: RunKey,
): Promise<Execution | null> {
  const values = [environmentId, runId];
  return (await pool.query<Execution>({ name: "engine-read-execution", text: READ, values })).rows[0] ?? null;
}
