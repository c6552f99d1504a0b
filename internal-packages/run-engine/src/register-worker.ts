import { createId } from "@trigger.dev/core/ids";
import type { Pool, PoolClient } from "pg";
import { inTransaction } from "@trigger.dev/database";

/** A task as its project declares it. */
export interface WorkerTask {
  slug: string;
  filePath: string;
  exportName: string | null;
  triggerSource: string;
  queue: string;
  maxAttempts: number | null;
  /** Seconds. */
  maxDuration: number | null;
  machine: string | null;
}

export interface NewWorker {
  environmentId: string;
  contentHash: string;
  sdkVersion: string | null;
  cliVersion: string | null;
  tasks: readonly WorkerTask[];
  /** A null limit: none of its own. */
  queues: readonly { name: string; concurrencyLimit: number | null }[];
}

export interface RegisteredWorker {
  id: string;
  version: string;
  contentHash: string;
}

const FIND = `
  UPDATE background_worker SET registered_at = clock_timestamp() WHERE environment_id = $1 AND content_hash = $2
  RETURNING id, version, content_hash AS "contentHash"`;

const NEXT_NUMBER = `
  SELECT coalesce(max(split_part(version, '.', 2)::integer), 0) + 1 AS number FROM background_worker
  WHERE environment_id = $1 AND version LIKE $2 || '.%'`;

const INSERT = `
  INSERT INTO background_worker (environment_id, id, version, content_hash, sdk_version, cli_version)
  VALUES ($1, $2, $3, $4, $5, $6)`;

const INSERT_TASKS = `
  INSERT INTO background_worker_task (environment_id, worker_id, slug, id, file_path, export_name, trigger_source, queue,
    max_attempts, max_duration, machine)
  SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::integer[],
    $10::integer[], $11::text[])`;

const SET_QUEUES = `
  INSERT INTO task_queue (environment_id, name, concurrency_limit)
  SELECT $1, name, concurrency_limit FROM unnest($2::text[], $3::integer[]) AS q (name, concurrency_limit) ORDER BY name
  ON CONFLICT (environment_id, name) DO UPDATE SET
    concurrency_limit = CASE WHEN task_queue.overridden_at IS NULL
      THEN excluded.concurrency_limit ELSE task_queue.concurrency_limit END,
    base_concurrency_limit = CASE WHEN task_queue.overridden_at IS NOT NULL THEN excluded.concurrency_limit END`;

/** `20260131` of the day in UTC. */
const dayOf = (now: Date): string => now.toISOString().slice(0, 10).replaceAll("-", "");

/** Makes a version of an environment's tasks the current one. The same content is the same version. */
export async function registerWorker(pool: Pool, worker: NewWorker): Promise<RegisteredWorker> {
  const { environmentId, contentHash } = worker;
  return inTransaction(pool, async (client) => {
    await client.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`register ${environmentId}`]);
    const { rows } = await client.query<RegisteredWorker>(FIND, [environmentId, contentHash]);
    const registered = rows[0] ?? (await insertWorker(client, worker));
    await client.query(SET_QUEUES, [
      environmentId,
      worker.queues.map(({ name }) => name),
      worker.queues.map(({ concurrencyLimit }) => concurrencyLimit),
    ]);
    return registered;
  });
}

async function insertWorker(client: PoolClient, worker: NewWorker): Promise<RegisteredWorker> {
  const { environmentId, contentHash, sdkVersion, cliVersion, tasks } = worker;
  const day = dayOf(new Date());
  const { rows } = await client.query<{ number: number }>(NEXT_NUMBER, [environmentId, day]);
  const id = createId("worker");
  const version = `${day}.${rows[0]?.number ?? 1}`;
  await client.query(INSERT, [environmentId, id, version, contentHash, sdkVersion, cliVersion]);
  await client.query(INSERT_TASKS, [
    environmentId,
    id,
    tasks.map(({ slug }) => slug),
    tasks.map(() => createId("task")),
    tasks.map(({ filePath }) => filePath),
    tasks.map(({ exportName }) => exportName),
    tasks.map(({ triggerSource }) => triggerSource),
    tasks.map(({ queue }) => queue),
    tasks.map(({ maxAttempts }) => maxAttempts),
    tasks.map(({ maxDuration }) => maxDuration),
    tasks.map(({ machine }) => machine),
  ]);
  return { id, version, contentHash };
}
