import type { Pool } from "pg";
import type { BatchCounter } from "./batch-counter.js";
import { type OutboxPart, peekFirst, START, takeFirst, takeOccurrences } from "./take-occurrences.js";

const MOST_AT_ONCE = 1000;

export interface Drain {
  pool: Pool;
  counter: BatchCounter;
  until: Date;
  onError: (error: unknown) => void;
}

/** Counts what is in the outbox up to `until`, each environment's oldest first, and answers how many that were. */
export async function drainOutbox(drain: Drain): Promise<number> {
  const { counted, isDone } = await drainSteady(drain);
  return isDone ? counted : counted + (await drainRest(drain));
}

/** Is done when all that there was is steady. */
async function drainSteady({ counter, until, onError }: Drain): Promise<{ counted: number; isDone: boolean }> {
  let total = 0;
  let left = 0;
  let place: OutboxPart | undefined = { after: START, until, most: MOST_AT_ONCE };
  try {
    while (place !== undefined) {
      const { found, counted, last } = await counter.countSteady(place);
      total += counted;
      left += found - counted;
      place = found < MOST_AT_ONCE || last === undefined ? undefined : { ...place, after: last };
    }
  } catch (error) {
    onError(error);
    return { counted: total, isDone: false };
  }
  return { counted: total, isDone: left === 0 && total > 0 };
}

/** When a batch fails, its occurrences are counted one by one, so that none stays behind for another's fault. */
async function drainRest({ pool, counter, until, onError }: Drain): Promise<number> {
  let total = 0;
  let place = { after: START, until, most: MOST_AT_ONCE };
  for (;;) {
    let found: number;
    try {
      found = await counter.count((client) => takeFirst(client, place));
      total += found;
    } catch (error) {
      onError(error);
      const keys = await peekFirst(pool, place);
      for (const key of keys) {
        total += await counter
          .count((client) => takeOccurrences(client, [key]))
          .catch((reason: unknown) => {
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
