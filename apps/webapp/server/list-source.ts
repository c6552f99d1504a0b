import { createPool, createReadLanes, type ReadLanes } from "@trigger.dev/database";
import type { Pool } from "pg";
import type { Logger } from "pino";
import type { ListSource } from "../app/api/context.js";

export interface ListSourceOptions {
  /** Of the read replica, or null. */
  replicaUrl: string | null;
  /** Connections to it at most. */
  max: number;
  pool: Pool;
  reader: ReadLanes;
  log: Logger;
}

/** Where lists are read: on the replica, where there is one. What it opened is closed with it. */
export function openListSource({ replicaUrl, max, pool, reader, log }: ListSourceOptions): ListSource & {
  close(): Promise<void>;
} {
  if (replicaUrl === null) return { pool, reader, close: async () => {} };
  const onError = (err: Error) => log.warn({ err }, "a connection to the read replica broke");
  const replica = {
    pool: createPool({ url: replicaUrl, max, applicationName: "trigger.dev lists", onError }),
    reader: createReadLanes({ url: replicaUrl, applicationName: "trigger.dev lists", onError }),
  };
  return {
    ...replica,
    async close() {
      await replica.reader.end();
      await replica.pool.end();
    },
  };
}
