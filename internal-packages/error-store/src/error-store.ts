import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { createGroupCommit } from "@trigger.dev/database";
import type { Pool } from "pg";
import { createBatchCounter } from "./batch-counter.js";
import { drainOutbox } from "./drain-outbox.js";
import { keptAt } from "./kept.js";
import { AHEAD_MS, dropPartitions, ensurePartitions } from "./partitions.js";

export interface ErrorStoreSettings {
  pool: Pool;
  /** Days that buckets are kept, to the end of their week. */
  retentionDays: number;
  onError(error: unknown): void;
}

/** Counts failed runs in their groups, for one process. */
export interface ErrorStore {
  /** A run has failed, and is in the outbox: it is counted soon, with those that fail meanwhile. */
  countSoon(): void;
  /**
   * Waits until what has failed in an environment is counted, whichever process ended it, for a second at most. Whoever
   * reads or changes errors asks for this first, so that no failure that was answered is missing.
   */
  catchUp(environmentId: string): Promise<void>;
  /** Counts what nobody has counted for `idleMs`, as of processes that died. Answers how many. */
  drain(idleMs: number): Promise<number>;
  /** Makes the partitions of the days to come and drops those that are too old. Answers the names of these. */
  keepPartitions(): Promise<string[]>;
  /** Counts what is to be counted soon, and resolves when nothing is under way any more. */
  close(): Promise<void>;
}

/** So long failures gather before they are counted, unless a reader asks: many of one group cost as much as one. */
const GATHER_MS = 500;
const MOST_WAIT_MS = 1000;
/** Between two looks at what another process is counting. */
const LOOK_MS = 5;

const NEWEST = {
  name: "errors-newest-uncounted",
  text: "SELECT max(at) AS newest FROM error_outbox WHERE environment_id = $1",
};

/** What is still there after some seconds can't be counted, and nobody waits for it. */
const IS_WAITING = {
  name: "errors-is-waiting",
  text: `SELECT EXISTS (SELECT FROM error_outbox
    WHERE environment_id = $1 AND at <= $2 AND at > clock_timestamp() - interval '5 seconds') AS "isWaiting"`,
};

/**
 * One drain of the outbox is under way in a process, and who asks meanwhile waits for the next. A failure that could not
 * be counted is reported, and stays in the outbox for the next time.
 */
export function createErrorStore({ pool, retentionDays, onError }: ErrorStoreSettings): ErrorStore {
  const counter = createBatchCounter(pool, retentionDays);
  const drainUntil = createGroupCommit(async (untils: readonly Date[]) => {
    const until = new Date(Math.max(...untils.map(Number)));
    const counted = await drainOutbox({ pool, counter, until, onError });
    return untils.map(() => counted);
  });
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<unknown> = Promise.resolve();

  function countNow(): void {
    timer = undefined;
    underWay = drainUntil(new Date()).catch(onError);
  }

  async function waitUntilCounted(environmentId: string, until: Date, enough: AbortSignal): Promise<void> {
    while (!enough.aborted) {
      await drainUntil(until).catch(onError);
      const { rows } = await pool.query<{ isWaiting: boolean }>({ ...IS_WAITING, values: [environmentId, until] });
      if (!rows[0]?.isWaiting) return;
      await sleep(LOOK_MS);
    }
  }

  return {
    countSoon() {
      timer ??= setTimeout(countNow, GATHER_MS);
    },
    async catchUp(environmentId) {
      const { rows } = await pool.query<{ newest: Date | null }>({ ...NEWEST, values: [environmentId] });
      const until = rows[0]?.newest ?? null;
      if (until === null) return;
      const enough = AbortSignal.timeout(MOST_WAIT_MS);
      await Promise.race([once(enough, "abort"), waitUntilCounted(environmentId, until, enough)]);
    },
    drain: (idleMs) => drainUntil(new Date(Date.now() - idleMs)),
    async keepPartitions() {
      const now = Date.now();
      await ensurePartitions(pool, new Date(now), new Date(now + AHEAD_MS));
      return dropPartitions(pool, keptAt(now, retentionDays));
    },
    async close() {
      if (timer !== undefined) {
        clearTimeout(timer);
        countNow();
      }
      await underWay;
    },
  };
}
