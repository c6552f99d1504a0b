import type { EngineContext } from "./engine-context.js";

/** A run as its trigger made it. */
export interface NewRun {
  environmentId: string;
  id: string;
  taskIdentifier: string;
  payload: { text: string | null; type: string };
  metadata: string | null;
  tags: readonly string[];
  batchId: string | null;
  /** Null: its task's, as the version that it is locked to or the current one declares it. */
  queue: string | null;
  concurrencyKey: string | null;
  idempotencyKey: { key: string; expiresAt: Date } | null;
  isTest: boolean;
  /** The trigger's other options. */
  options: Record<string, unknown>;
  /** Who triggered it; null with an environment's key. */
  actor: unknown;
  /** Null: at once. */
  delayUntil: Date | null;
  ttl: string | null;
  /** When it expires unless it was started. */
  expiresAt: Date | null;
  /** Seconds that it goes before others of its queue. */
  priority: number;
  /** The only version that may execute it. */
  lockedVersion: string | null;
  createdAt: Date;
}

const FREE_EXPIRED_KEY = `
  UPDATE run SET idempotency_key = NULL
  WHERE environment_id = $1 AND task_identifier = $2 AND idempotency_key = $3 AND idempotency_key_expires_at <= now()`;

const FIND_BY_KEY = `
  SELECT id FROM run WHERE environment_id = $1 AND task_identifier = $2 AND idempotency_key = $3`;

/** A key can expire or be taken between our statements; more turns than this would be a bug. */
const MOST_TURNS = 5;

/**
 * Stores a run as queued, or delayed. A live idempotency key of the same environment and task answers the run it made;
 * null when others kept taking and freeing the key.
 */
export async function triggerRun(
  { pool, together }: EngineContext,
  run: NewRun,
): Promise<{ id: string; isCached: boolean } | null> {
  const key = run.idempotencyKey?.key ?? null;
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    if (await together.store(run)) return { id: run.id, isCached: false };
    const freed = await pool.query(FREE_EXPIRED_KEY, [run.environmentId, run.taskIdentifier, key]);
    if (freed.rowCount === 1) continue;
    const found = await pool.query<{ id: string }>(FIND_BY_KEY, [run.environmentId, run.taskIdentifier, key]);
    if (found.rows[0]) return { id: found.rows[0].id, isCached: true };
  }
  return null;
}
