import { createErrorStore } from "@trigger.dev/error-store";
import { createPool } from "@trigger.dev/database";
import type { Pool } from "pg";
import { median } from "../compare.js";
import { printAbsolute } from "../report.js";
import { causeIn, skewed } from "./causes.js";

const ENVIRONMENT = "env_of_the_drain_bench";
const TASK = "drain";
const CAUSES = 1000;
const ROUNDS = 3;
const A_ROUND = 20_000;
const GOAL_PER_SECOND = 5000;
/** A bare PostgreSQL is given batches of the size that the flusher takes. */
const BATCH = 1000;

const LOAD = `
  WITH failed AS (
    INSERT INTO run (environment_id, id, task_identifier, status, payload_type, queue, options, version, error,
      error_fingerprint, created_at, finished_at)
    SELECT $1, 'run_' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 24), '${TASK}', 'FAILED',
      'application/json', 'task/${TASK}', '{}', '20261122.1', c.error, c.fingerprint, now(), clock_timestamp()
    FROM unnest($2::text[], $3::jsonb[]) AS c (fingerprint, error) RETURNING *)
  INSERT INTO error_outbox (at, environment_id, run_id, fingerprint, task_identifier, version)
  SELECT finished_at, environment_id, id, error_fingerprint, task_identifier, version FROM failed`;

type Cause = ReturnType<typeof causeIn>;

/** Failed runs that wait to be counted, skewed over a thousand groups. */
async function load(pool: Pool, causes: readonly Cause[]): Promise<void> {
  for (let turn = 0; turn < A_ROUND; turn += BATCH) {
    const failures = Array.from({ length: BATCH }, (_, index) => causes[skewed(turn + index, CAUSES)]);
    await pool.query(LOAD, [
      ENVIRONMENT,
      failures.map((cause) => cause?.fingerprint),
      failures.map((cause) => JSON.stringify(cause?.error)),
    ]);
  }
  await pool.query("ANALYZE error_outbox");
}

/** The same occurrences as a bare PostgreSQL would take them: sorted batches into one table of counters. */
async function bare(pool: Pool, causes: readonly Cause[]): Promise<void> {
  for (let turn = 0; turn < A_ROUND; turn += BATCH) {
    const keys = Array.from({ length: BATCH }, (_, index) => causes[skewed(turn + index, CAUSES)]?.fingerprint);
    await pool.query({
      name: "bare",
      text: `INSERT INTO bench_counter AS b SELECT key, count(*) FROM unnest($1::text[]) AS key GROUP BY 1 ORDER BY 1
        ON CONFLICT (key) DO UPDATE SET count = b.count + excluded.count`,
      values: [keys],
    });
  }
}

async function perSecond(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (A_ROUND * 1000) / (performance.now() - startedAt);
}

/** How fast one flusher drains the outbox, beside a bare PostgreSQL that only counts. */
export async function benchDrain(databaseUrl: string, name: string): Promise<void> {
  const pool = createPool({ url: databaseUrl, applicationName: "bench" });
  const store = createErrorStore({
    pool,
    retentionDays: 90,
    onError: (error) => {
      throw error;
    },
  });
  const causes = Array.from({ length: CAUSES }, (_, cause) => causeIn(ENVIRONMENT, TASK, cause));
  try {
    await pool.query("CREATE TABLE bench_counter (key text PRIMARY KEY, count bigint NOT NULL) WITH (fillfactor = 70)");
    const rounds: { ours: number; yardstick: number }[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      await load(pool, causes);
      const yardstick = await perSecond(() => bare(pool, causes));
      const ours = await perSecond(() => store.drain(0));
      if (round > 0) rounds.push({ ours, yardstick });
    }
    printAbsolute({
      name,
      unit: "occurrences/s",
      ours: median(rounds.map(({ ours }) => ours)),
      yardstick: median(rounds.map(({ yardstick }) => yardstick)),
      atLeast: GOAL_PER_SECOND,
    });
  } finally {
    await pool.query("DROP TABLE IF EXISTS bench_counter");
    await pool.end();
  }
}
