import { createReadLanes } from "@trigger.dev/database";
import { parseListRunsQuery } from "@trigger.dev/core/v3";
import { startTestDatabase, type TestDatabase } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pageOfRuns } from "./page-of-runs.server.js";

/** Enough runs that a plan which reads them all would show itself. */
const CROWD = 10_000;

let database: TestDatabase;
let reader: ReturnType<typeof createReadLanes>;

beforeAll(async () => {
  database = await startTestDatabase();
  reader = createReadLanes({ url: database.url });
  await database.pool.query(`
    INSERT INTO run (environment_id, id, task_identifier, status, payload_type, queue, version, is_test, options, tags,
      batch_id, created_at)
    SELECT 'env_' || n % 2, 'run_' || n, CASE WHEN n % 1000 < 2 THEN 'rare' ELSE 'task' END,
      (CASE WHEN n % 1000 < 2 THEN 'FAILED' ELSE 'COMPLETED' END)::run_status, 'application/json',
      CASE WHEN n % 1000 < 2 THEN 'rare' ELSE 'task/task' END, '2026010' || n % 9 || '.1', n % 1000 < 2,
      CASE WHEN n % 1000 < 2 THEN '{"machine":"large-1x","region":"eu-1"}' ELSE '{}' END::jsonb,
      array['customer:' || n / 10], CASE WHEN n % 1000 < 2 THEN 'batch_' || n / 1000 END,
      now() - (${CROWD} - n) * interval '1 minute'
    FROM generate_series(1, ${CROWD}) n`);
  await database.pool.query("ANALYZE run");
});
afterAll(async () => {
  await reader?.end();
  await database?.stop();
});

const PLACE = {
  id: "env_0",
  type: "PRODUCTION",
  slug: "prod",
  branch: null,
  parentId: null,
  ownerUserId: null,
} as const;

interface Asked {
  text: string;
  values: unknown[];
}

/** The statement of the list, as it is asked for. */
async function statementOf(filter: string): Promise<Asked> {
  const asked: Asked[] = [];
  const { pool } = database;
  const remembering = {
    query: (text: string, values: unknown[]) => {
      asked.push({ text, values });
      return pool.query(text, values);
    },
  };
  const parsed = parseListRunsQuery(new URLSearchParams(filter));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const context = { pool, lists: { pool: Object.assign(Object.create(pool), remembering), reader } };
  await pageOfRuns(context, { environments: [PLACE], user: null }, parsed.query);
  const [statement] = asked;
  if (statement === undefined || asked.length > 1) throw new Error(`${asked.length} statements`);
  return statement;
}

describe("a filtered list of runs", () => {
  it.each([
    ["filter[status]=FAILED", "run_environment_id_status_created_at_id_idx"],
    ["filter[status]=EXECUTING", "run_environment_id_status_created_at_id_idx"],
    ["filter[taskIdentifier]=rare", "run_environment_id_task_identifier_created_at_id_idx"],
    ["filter[version]=20200101.1", "run_version_created_at_idx"],
    ["filter[queue]=rare", "run_environment_id_queue_created_at_id_idx"],
    ["filter[isTest]=true", "run_is_test_created_at_idx"],
    ["filter[batch]=batch_3", "run_batch_id_created_at_idx"],
    ["filter[tag]=customer:77", "run_tags_idx"],
    ["filter[machine]=large-1x", "run_machine_created_at_idx"],
    ["filter[region]=mars", "run_region_created_at_idx"],
    ["filter[createdAt][period]=1d", "run_environment_id_created_at_id_idx"],
    ["filter[isTest]=false", "run_environment_id_created_at_id_idx"],
  ])("by %s reads an index of it", async (filter, index) => {
    const { text, values } = await statementOf(filter);
    const { rows } = await database.pool.query<Record<"QUERY PLAN", string>>(`EXPLAIN ${text}`, values);
    expect(rows.map((row) => row["QUERY PLAN"]).join("\n")).toMatch(new RegExp(`\\b${index}\\b`));
  });
});
