import { Pool } from "pg";

export type PoolSettings = {
  url: string;
  /** Connections at most; 10 unless given. */
  max?: number;
  /** What `pg_stat_activity` calls this process. */
  applicationName?: string;
  /** Told when an idle connection breaks, as on a restart of the database; the pool replaces it by itself. */
  onError?: (error: Error) => void;
};

/**
 * A pool for one process, shared by hand-written queries and Prisma. A statement is cancelled after 30 s, a
 * transaction left idle after 60 s, and waiting for a connection gives up after 10 s.
 */
export function createPool({ url, max = 10, applicationName = "trigger.dev", onError }: PoolSettings): Pool {
  const pool = new Pool({
    connectionString: url,
    max,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 60_000,
  });
  pool.on("error", (error) => {
    // The whole client hangs on it, with the key that cancels its queries: nothing for a log.
    Reflect.deleteProperty(error, "client");
    onError?.(error);
  });
  // Without a listener a connection that breaks would end the process: the pool's own listens only while it is idle,
  // and a query under way rejects by itself.
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}
