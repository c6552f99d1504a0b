import { createGroupCommit } from "@trigger.dev/database";
import type { Pool } from "pg";
import { createBatchCounter } from "./batch-counter.js";
import { drainOutbox } from "./drain-outbox.js";
import { keptAt } from "./kept.js";
import type { OccurrenceKey } from "./occurrence.js";
import { AHEAD_MS, dropPartitions, ensurePartitions } from "./partitions.js";
import { takeOccurrences } from "./take-occurrences.js";

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
  /** Resolves when nothing is under way any more. */
  close(): Promise<void>;
}

/** An answer waits that long for its failure to be counted. */
const MOST_WAIT_MS = 1000;

/**
 * One batch is under way in a process, and what arrives meanwhile goes into the next. A failure that could not be
 * counted is reported, and stays in the outbox for whoever drains it.
 */
export function createErrorStore({ pool, retentionDays, onError }: ErrorStoreSettings): ErrorStore {
  const count = createBatchCounter(pool, retentionDays);
  const countTogether = createGroupCommit(async (keys: readonly OccurrenceKey[]) => {
    const counted = await count((client) => takeOccurrences(client, keys));
    return keys.map(() => counted);
  });
  const underWay = new Set<Promise<unknown>>();
  return {
    async count(key) {
      const counting = countTogether(key).catch(onError);
      underWay.add(counting);
      void counting.finally(() => underWay.delete(counting));
      let timer: NodeJS.Timeout | undefined;
      const enough = new Promise<void>((resolve) => (timer = setTimeout(resolve, MOST_WAIT_MS)));
      await Promise.race([counting, enough]);
      clearTimeout(timer);
    },
    drain: (idleMs) => drainOutbox({ pool, count }, { until: new Date(Date.now() - idleMs), onError }),
    async keepPartitions() {
      const now = Date.now();
      await ensurePartitions(pool, new Date(now), new Date(now + AHEAD_MS));
      return dropPartitions(pool, keptAt(now, retentionDays));
    },
    async close() {
      await Promise.all(underWay);
    },
  };
}
