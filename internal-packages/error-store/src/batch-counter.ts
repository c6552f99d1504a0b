import { inTransaction } from "@trigger.dev/database";
import type { Pool, PoolClient } from "pg";
import { DAY_MS } from "./arrivals.js";
import { countOccurrences } from "./count-occurrences.js";
import { keptAt } from "./kept.js";
import { ensurePartitions } from "./partitions.js";
import type { TakenOccurrence } from "./take-occurrences.js";

/** Takes a batch off the outbox and counts it, in one transaction. Answers how many that were. */
export type CountBatch = (take: (client: PoolClient) => Promise<TakenOccurrence[]>) => Promise<number>;

/** Counts batches for one process, which remembers what partitions are there. */
export function createBatchCounter(pool: Pool, retentionDays: number): CountBatch {
  const daysThere = new Set<number>();
  return async (take) => {
    const made = new Set<number>();
    const taken = await inTransaction(pool, async (client) => {
      const batch = await take(client);
      const now = Date.now();
      const kept = keptAt(now, retentionDays);
      for (const { at } of batch) {
        const day = Math.floor(at.getTime() / DAY_MS);
        if (at.getTime() < kept.since || daysThere.has(day) || made.has(day)) continue;
        await ensurePartitions(client, at, at);
        made.add(day);
      }
      if (batch.length > 0) await countOccurrences(client, batch, { kept, now });
      return batch.length;
    }).catch((error: unknown) => {
      // Perhaps somebody dropped a partition by hand: the next batch looks again.
      daysThere.clear();
      throw error;
    });
    for (const day of made) daysThere.add(day);
    return taken;
  };
}
