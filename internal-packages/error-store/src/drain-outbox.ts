import type { Pool } from "pg";
import type { CountBatch } from "./batch-counter.js";
import { peekOldest, START, takeOccurrences, takeOldest } from "./take-occurrences.js";

const MOST_AT_ONCE = 1000;

/**
 * Counts what is in the outbox up to `until`, oldest first, and answers how many that were. When a batch fails, its
 * occurrences are counted one by one, so that none stays behind for another's fault.
 */
export async function drainOutbox(
  { pool, count }: { pool: Pool; count: CountBatch },
  { until, onError }: { until: Date; onError: (error: unknown) => void },
): Promise<number> {
  let total = 0;
  let place = { after: START, until, most: MOST_AT_ONCE };
  for (;;) {
    let found: number;
    try {
      found = await count((client) => takeOldest(client, place));
      total += found;
    } catch (error) {
      onError(error);
      const keys = await peekOldest(pool, place);
      for (const key of keys) {
        total += await count((client) => takeOccurrences(client, [key])).catch((reason: unknown) => {
          onError(reason);
          return 0;
        });
      }
      found = keys.length;
      place = { ...place, after: keys.at(-1) ?? place.after };
    }
    if (found < MOST_AT_ONCE) return total;
  }
}
