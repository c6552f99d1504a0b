import type { CountBatch } from "./batch-counter.js";
import type { OccurrenceKey } from "./occurrence.js";
import { takeOccurrences } from "./take-occurrences.js";

const MOST_AT_ONCE = 1000;

/** Counts the failures that this process ended. */
export interface Flusher {
  /** Resolves when the failure is counted, or could not be: then it is in the outbox still, for whoever drains it. */
  add(key: OccurrenceKey): Promise<void>;
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>;
}

interface Waiting {
  key: OccurrenceKey;
  done: () => void;
}

/**
 * One batch is under way in a process, and what arrives meanwhile goes into the next: under load one transaction counts
 * the failures of many requests, and an idle server waits for nobody.
 */
export function createFlusher(count: CountBatch, onError: (error: unknown) => void): Flusher {
  let waiting: Waiting[] = [];
  let running: Promise<void> | null = null;

  const flush = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const keys = batch.map(({ key }) => key);
      await count((client) => takeOccurrences(client, keys));
    } catch (error) {
      if (batch.length === 1) onError(error);
      else for (const one of batch) await flush([one]);
    }
    for (const { done } of batch) done();
  };

  const run = async (): Promise<void> => {
    // After the turn's other requests have come this far too.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MOST_AT_ONCE);
      waiting = waiting.slice(MOST_AT_ONCE);
      await flush(batch);
    }
    running = null;
  };

  return {
    add: (key) =>
      new Promise((done) => {
        waiting.push({ key, done });
        running ??= run();
      }),
    idle: async () => {
      await running;
    },
  };
}
