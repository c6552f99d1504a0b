import type { Statements } from "@trigger.dev/database";
import type { RunKey } from "./engine-context.js";

const READ_TASKS = `
  SELECT r.environment_id AS "environmentId", r.id, r.task_identifier AS task
  FROM unnest($1::text[], $2::text[]) AS k (environment_id, id)
  JOIN run r ON r.environment_id = k.environment_id AND r.id = k.id`;

/** The tasks of runs, which never change; null for one that is not there. */
export async function readTasks(statements: Statements, runs: readonly RunKey[]): Promise<(string | null)[]> {
  const { rows } = await statements.query<{ environmentId: string; id: string; task: string }>({
    name: "engine-read-tasks",
    text: READ_TASKS,
    values: [runs.map(({ environmentId }) => environmentId), runs.map(({ runId }) => runId)],
  });
  const tasks = new Map(rows.map(({ environmentId, id, task }) => [`${environmentId} ${id}`, task]));
  return runs.map(({ environmentId, runId }) => tasks.get(`${environmentId} ${runId}`) ?? null);
}
