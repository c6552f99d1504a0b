import type { Pool } from "pg";
import { createBatchCounter } from "./batch-counter.js";
import { createFlusher } from "./create-flusher.js";
import { drainOutbox } from "./drain-outbox.js";
import { keptAt } from "./kept.js";
import type { OccurrenceKey } from "./occurrence.js";
import { AHEAD_MS, dropPartitions, ensurePartitions } from "./partitions.js";

export interface ErrorStoreSettings {
  pool: Pool;
  /** Days that buckets are kept, to the end of their week. */
  retentionDays: number;
  onError(error: unknown): void;
}

/** Counts failed runs in their groups, for one process. */
export interface ErrorStore {
  /** Waits until a failure of this process is counted, but not for long: it is durable already. */
  count(key: OccurrenceKey): Promise<void>;
  /** Counts what nobody has counted for `idleMs`, as of processes that died. Answers how many. */
  drain(idleMs: number): Promise<number>;
  /** Makes the partitions of the days to come and drops those that are too old. Answers the names of these. */
  keepPartitions(): Promise<string[]>;
  /** Counts what is waiting. */
  close(): Promise<void>;
}

/** An answer waits that long for its failure to be counted. */
const MOST_WAIT_MS = 1000;

export function createErrorStore({ pool, retentionDays, onError }: ErrorStoreSettings): ErrorStore {
  const count = createBatchCounter(pool, retentionDays);
  const flusher = createFlusher(count, onError);
  return {
    async count(key) {
      let timer: NodeJS.Timeout | undefined;
      const enough = new Promise<void>((resolve) => (timer = setTimeout(resolve, MOST_WAIT_MS)));
      await Promise.race([flusher.add(key), enough]);
      clearTimeout(timer);
    },
    drain: (idleMs) => drainOutbox({ pool, count }, { until: new Date(Date.now() - idleMs), onError }),
    async keepPartitions() {
      const now = Date.now();
      await ensurePartitions(pool, new Date(now), new Date(now + AHEAD_MS));
      return dropPartitions(pool, keptAt(now, retentionDays));
    },
    close: () => flusher.idle(),
  };
}
