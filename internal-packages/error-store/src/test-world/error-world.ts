import { createId } from "@trigger.dev/core/ids";
import { createPool } from "@trigger.dev/database";
import { fingerprintOf, type TaskError } from "@trigger.dev/errors";
import { startTestDatabase } from "@trigger.dev/testing";
import { createErrorStore } from "../error-store.js";
import type { OccurrenceKey } from "../occurrence.js";
import type { ErrorActor } from "../stored-state.js";

/** What a test says of a failure. */
export interface Failing {
  environmentId: string;
  error?: TaskError;
  at?: Date;
  version?: string | null;
}

export const TIMEOUT = {
  type: "BUILT_IN_ERROR",
  name: "TimeoutError",
  message: "The bank did not answer",
  stackTrace: "TimeoutError: The bank did not answer\n    at charge (file:///app/src/charge.ts:5:9)",
} as const satisfies TaskError;

export const ADA: ErrorActor = {
  userId: "user_ada",
  credential: { kind: "uat", id: "uat_of_ada" },
  client: "a triage agent",
};

/** A database with as many error stores on it as there are server processes. */
export async function startErrorWorld() {
  const database = await startTestDatabase();
  const { pool } = database;
  const problems: unknown[] = [];
  const pools = [pool, createPool({ url: database.url, applicationName: "the other process" })];
  const [one, other] = pools.map((processPool) =>
    createErrorStore({ pool: processPool, retentionDays: 90, onError: (error) => problems.push(error) }),
  );
  if (one === undefined || other === undefined) throw new Error("two processes");

  /** What the engine stores when it ends a run as failed. */
  async function fail({ environmentId, error = TIMEOUT, at = new Date(), version = "20261122.1" }: Failing) {
    const runId = createId("run");
    const { fingerprint } = fingerprintOf({ environmentId, taskIdentifier: "pay", error });
    await pool.query(
      `WITH ended AS (
         INSERT INTO run (environment_id, id, task_identifier, status, payload_type, queue, options, version, error,
           error_fingerprint, finished_at)
         VALUES ($1, $2, 'pay', 'FAILED', 'application/json', 'task/pay', '{}', $3, $4, $5, $6))
       INSERT INTO error_outbox (at, environment_id, run_id, fingerprint, task_identifier, version)
       VALUES ($6, $1, $2, $5, 'pay', $3)`,
      [environmentId, runId, version, JSON.stringify(error), fingerprint, at],
    );
    const key: OccurrenceKey = { at, environmentId, runId };
    return { ...key, fingerprint };
  }

  const read = async <Row extends object>(sql: string, ...values: unknown[]) =>
    (await pool.query<Row>(sql, values)).rows;

  return {
    pool,
    problems,
    one,
    other,
    read,
    fail,
    newEnvironment: () => createId("env"),
    group: async (environmentId: string) => {
      const [group] = await read<Record<string, unknown>>(
        "SELECT *, count::int FROM error_group WHERE environment_id = $1",
        environmentId,
      );
      if (group === undefined) throw new Error("no group");
      return group;
    },
    activity: (environmentId: string) =>
      read<Record<string, unknown>>(
        `SELECT from_status AS from, to_status AS to, reason, user_id AS user, version, at FROM error_activity
         WHERE environment_id = $1 ORDER BY sequence`,
        environmentId,
      ),
    stop: async () => {
      await pools[1]?.end();
      await database.stop();
    },
  };
}

export type ErrorWorld = Awaited<ReturnType<typeof startErrorWorld>>;
