import type { EngineContext, RunKey } from "./engine-context.js";
import { type RunSnapshot, SNAPSHOT_COLUMNS } from "./run-snapshot.js";

/** A lease is renewed once a quarter of it is gone: workers ask far more often than it would have to be written. */
const RENEW = `
  UPDATE queue_item SET deadline_at = now() + make_interval(secs => $3::double precision / 1000)
  WHERE environment_id = $1 AND run_id = $2 AND state = 'RUNNING'
    AND deadline_at < now() + make_interval(secs => $3::double precision * 0.75 / 1000)`;

/** A worker shows life: the run stays its for another lease. */
export async function keepAlive({ pool, settings }: EngineContext, { environmentId, runId }: RunKey): Promise<void> {
  await pool.query({ name: "engine-renew", text: RENEW, values: [environmentId, runId, settings.leaseMs] });
}

/** The newest snapshot of a run and how many attempts of it were started, null when it has none or is not of this environment. */
export async function latestSnapshot(
  { pool }: EngineContext,
  { environmentId, runId }: RunKey,
): Promise<(RunSnapshot & { attemptCount: number }) | null> {
  const { rows } = await pool.query<RunSnapshot & { attemptCount: number }>({
    name: "engine-latest-snapshot",
    text: `SELECT ${SNAPSHOT_COLUMNS}, r.attempt_count AS "attemptCount" FROM run r
           JOIN run_snapshot s ON s.environment_id = r.environment_id AND s.run_id = r.id AND s.id = r.snapshot_id
           WHERE r.environment_id = $1 AND r.id = $2`,
    values: [environmentId, runId],
  });
  return rows[0] ?? null;
}
