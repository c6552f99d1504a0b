import { inTransaction } from "@trigger.dev/database";
import type { Pool, PoolClient } from "pg";
import { DAY_MS } from "./arrivals.js";
import { countOccurrences } from "./count-occurrences.js";
import { countSteady, type SteadyCount } from "./count-steady.js";
import { keptAt } from "./kept.js";
import { ensurePartitions } from "./partitions.js";
import type { OutboxPart, TakenOccurrence } from "./take-occurrences.js";

/** Counts batches for one process, which remembers what partitions are there. */
export interface BatchCounter {
  /** Counts what is steady of a part of the outbox, and leaves the rest. */
  countSteady(part: OutboxPart): Promise<SteadyCount>;
  /** Takes a batch off the outbox and counts it, in one transaction. Answers how many that were. */
  count(take: (client: PoolClient) => Promise<TakenOccurrence[]>): Promise<number>;
}

export function createBatchCounter(pool: Pool, retentionDays: number): BatchCounter {
  const daysThere = new Set<number>();
  /** Perhaps somebody dropped a partition by hand: the next batch looks again. */
  const forget = (error: unknown): never => {
    daysThere.clear();
    throw error;
  };
  return {
    async countSteady(part) {
      if (daysThere.size === 0) return { found: 0, counted: 0, last: undefined };
      const minutesSince = new Date(keptAt(Date.now(), retentionDays).minutesSince);
      const days = [...daysThere].map((day) => new Date(day * DAY_MS));
      return countSteady(pool, part, { minutesSince, days }).catch(forget);
    },
    async count(take) {
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
      }).catch(forget);
      for (const day of made) daysThere.add(day);
      return taken;
    },
  };
}
