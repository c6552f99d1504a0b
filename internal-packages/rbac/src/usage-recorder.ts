import type { Pool } from "pg";

/** Notes that tokens were used, for `lastUsedAt`; never on a request's path. */
export interface UsageRecorder {
  record(kind: "pat" | "uat", id: string): void;
  /** Writes what is pending. Rejects when the database does. */
  flush(): Promise<void>;
  /** Writes what is pending, and stops. */
  close(): Promise<void>;
}

export interface UsageRecorderOptions {
  /** Told of a flush that failed; its entries are lost. */
  onError?: (error: unknown) => void;
  now?: () => number;
}

const FLUSH_EVERY_MS = 1_000;
const STALE_AFTER_MS = 60_000;
const MAX_NOTED = 50_000;

// Rows that another process is just writing are skipped, and all are locked in order: two flushes never deadlock.
const FLUSH = `
WITH used AS (
  SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS used(kind, id, at)
), pats AS (
  SELECT t.id, used.at FROM personal_access_token t
  JOIN used ON used.kind = 'pat' AND used.id = t.id
  WHERE t.last_used_at IS NULL OR t.last_used_at < used.at - $4::interval
  ORDER BY t.id FOR NO KEY UPDATE OF t SKIP LOCKED
), uats AS (
  SELECT k.id, used.at FROM user_actor_token k
  JOIN used ON used.kind = 'uat' AND used.id = k.id
  WHERE k.last_used_at IS NULL OR k.last_used_at < used.at - $4::interval
  ORDER BY k.id FOR NO KEY UPDATE OF k SKIP LOCKED
), written AS (
  UPDATE personal_access_token t SET last_used_at = pats.at FROM pats WHERE pats.id = t.id
)
UPDATE user_actor_token k SET last_used_at = uats.at FROM uats WHERE uats.id = k.id`;

/** Gathers uses in this process and writes them in one statement, a second after the first of a batch and on `close`. */
export const createUsageRecorder = (pool: Pool, options: UsageRecorderOptions = {}): UsageRecorder => {
  const now = options.now ?? Date.now;
  let pending = { pat: new Map<string, number>(), uat: new Map<string, number>() };
  /** What was recorded in the last minute need not be asked of the database again. Ids of both kinds. */
  const noted = new Map<string, number>();
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  const flush = async (): Promise<void> => {
    if (timer) clearTimeout(timer);
    timer = null;
    const entries = [
      ...Array.from(pending.pat, ([id, at]) => ({ kind: "pat", id, at: new Date(at) })),
      ...Array.from(pending.uat, ([id, at]) => ({ kind: "uat", id, at: new Date(at) })),
    ];
    pending = { pat: new Map(), uat: new Map() };
    if (entries.length === 0) return;
    await pool.query(FLUSH, [
      entries.map((entry) => entry.kind),
      entries.map((entry) => entry.id),
      entries.map((entry) => entry.at),
      `${STALE_AFTER_MS} milliseconds`,
    ]);
  };

  const flushLater = () => {
    flush().catch((error: unknown) => options.onError?.(error));
  };

  return {
    record(kind, id) {
      const at = now();
      if (closed || at - (noted.get(id) ?? -Infinity) < STALE_AFTER_MS) return;
      if (noted.size >= MAX_NOTED) noted.clear();
      noted.set(id, at);
      pending[kind].set(id, at);
      timer ??= setTimeout(flushLater, FLUSH_EVERY_MS).unref();
    },
    flush,
    async close() {
      closed = true;
      await flush();
    },
  };
};
