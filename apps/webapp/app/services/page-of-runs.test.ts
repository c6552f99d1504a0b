import { createReadLanes } from "@trigger.dev/database";
import { parseListRunsQuery, type RunListItem } from "@trigger.dev/core/v3";
import { explainAnalyzed, rowsRead, startTestDatabase, type TestDatabase } from "@trigger.dev/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pageOfRuns } from "./page-of-runs.server.js";

/** Enough runs that a plan which reads them all would show itself; half of them in each of two environments. */
const CROWD = 24_000;

let database: TestDatabase;
let reader: ReturnType<typeof createReadLanes>;

beforeAll(async () => {
  database = await startTestDatabase();
  reader = createReadLanes({ url: database.url });
  await database.pool.query(`
    INSERT INTO run (environment_id, id, task_identifier, status, payload_type, queue, version, is_test, options, tags,
      batch_id, created_at)
    SELECT 'env_' || n % 2, 'run_' || n, CASE WHEN n % 1000 < 2 THEN 'rare' ELSE 'task' END,
      (CASE WHEN n % 1000 < 2 THEN 'FAILED' WHEN n % 4 = 0 THEN 'CANCELED' ELSE 'COMPLETED' END)::run_status, 'application/json',
      CASE WHEN n % 1000 < 2 THEN 'rare' ELSE 'task/task' END, '2026010' || n % 9 || '.1', n % 1000 < 2,
      CASE WHEN n % 1000 < 2 THEN '{"machine":"large-1x","region":"eu-1"}' ELSE '{}' END::jsonb,
      array['customer:' || n / 100, 'everyone', 'fourth:' || n % 4], CASE WHEN n % 1000 < 2 THEN 'batch_' || n / 1000 END,
      now() - ((${CROWD} - n) / 4) * interval '1 minute'
    FROM generate_series(1, ${CROWD}) n`);
  await database.pool.query(`
    INSERT INTO run_tag (environment_id, tag, created_at, run_id)
    SELECT environment_id, tag, created_at, id FROM run, unnest(tags) AS tag`);
  await database.pool.query("VACUUM ANALYZE run, run_tag");
});
afterAll(async () => {
  await reader?.end();
  await database?.stop();
});

const placeOf = (id: string) =>
  ({ id, type: "PRODUCTION", slug: "prod", branch: null, parentId: null, ownerUserId: null }) as const;
const ONE = [placeOf("env_0")];
const BOTH = [placeOf("env_0"), placeOf("env_1")];

interface Asked {
  text: string;
  values: unknown[];
}

/** A page, and the statements that it was asked for with. */
async function list(filter: string, environments = ONE) {
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
  return { ...(await pageOfRuns(context, { environments, user: null }, parsed.query)), asked };
}

const planOf = ({ text, values }: Asked) => explainAnalyzed(database.pool, text, values);

describe("a filtered list of runs", () => {
  it.each([
    ["filter[status]=FAILED", "run_environment_id_status_created_at_id_idx"],
    ["filter[status]=EXECUTING", "run_environment_id_status_created_at_id_idx"],
    ["filter[status]=FAILED,CRASHED,FAILED", "run_environment_id_status_created_at_id_idx"],
    [
      "filter[status]=COMPLETED,FAILED&filter[version]=20260101.1,20260102.1",
      "run_environment_id_status_created_at_id_idx",
    ],
    ["filter[taskIdentifier]=rare", "run_environment_id_task_identifier_created_at_id_idx"],
    ["filter[version]=20200101.1", "run_version_created_at_idx"],
    ["filter[queue]=rare", "run_environment_id_queue_created_at_id_idx"],
    ["filter[isTest]=true", "run_is_test_created_at_idx"],
    ["filter[batch]=batch_3", "run_batch_id_created_at_idx"],
    ["filter[tag]=customer:77", "run_tag_pkey"],
    ["filter[tag]=everyone", "run_tag_pkey"],
    ["filter[tag]=customer:77,everyone,nobody", "run_tag_pkey"],
    ["filter[tag]=nobody&filter[status]=COMPLETED", "run_tag_pkey"],
    ["filter[tag]=everyone&filter[isTest]=false", "run_tag_pkey"],
    ["filter[machine]=large-1x,small-1x", "run_machine_created_at_idx"],
    ["filter[machine]=large-1x", "run_machine_created_at_idx"],
    ["filter[region]=mars", "run_region_created_at_idx"],
    ["filter[error]=error_1aaaaaaaaaaaaaaaaaaaaaaa", "run_error_fingerprint_created_at_idx"],
    ["filter[createdAt][period]=1d", "run_environment_id_created_at_id_idx"],
    ["filter[isTest]=false", "run_environment_id_created_at_id_idx"],
  ])("by %s reads an index of it, and little more than the page", async (filter, index) => {
    const [statement, ...others] = (await list(filter)).asked;
    if (statement === undefined || others.length > 0) throw new Error("not one statement");
    const nodes = await planOf(statement);
    expect(nodes.map((node) => node["Index Name"])).toContain(index);
    expect(rowsRead(nodes)).toBeLessThan(200);
  });

  it.each([
    ["filter[tag]=everyone&filter[status]=FAILED", 24, 2],
    ["filter[tag]=customer:77&filter[status]=CANCELED", 25, 1],
    ["filter[tag]=fourth:2&filter[status]=CANCELED", 0, 5],
  ])("by %s looks for its %i runs in %i turns", async (filter, found, turns) => {
    const { data, asked } = await list(filter);
    expect([data.length, asked.length]).toEqual([found, turns]);
    for (const [turn, statement] of asked.entries()) {
      expect(rowsRead(await planOf(statement))).toBeLessThan(1500 * 10 ** Math.floor(turn / 2));
    }
  });
});

describe("a list", () => {
  const pages = async (filter: string, environments: typeof ONE, towards: "next" | "previous", from?: string) => {
    const found: RunListItem[] = [];
    let cursor = from;
    do {
      const edge = cursor === undefined ? "" : `&page[${towards === "next" ? "after" : "before"}]=${cursor}`;
      const { data, pagination } = await list(`${filter}&page[size]=7${edge}`, environments);
      found.splice(towards === "next" ? found.length : 0, 0, ...data);
      cursor = pagination[towards];
    } while (cursor !== undefined);
    return found.map(({ id }) => id);
  };

  it.each([
    ["filter[status]=FAILED,COMPLETED,FAILED&filter[isTest]=true", "is_test"],
    [
      "filter[version]=20260101.1,20260103.1&filter[queue]=rare,fast&filter[status]=FAILED",
      "version IN ('20260101.1', '20260103.1') AND queue = 'rare'",
    ],
    ["filter[machine]=large-1x,small-1x&filter[region]=eu-1", "is_test"],
    ["filter[region]=mars", "false"],
    ["filter[batch]=batch_3", "batch_id = 'batch_3'"],
    ["filter[schedule]=sched_1", "false"],
    ["filter[error]=error_1aaaaaaaaaaaaaaaaaaaaaaa", "false"],
    ["filter[tag]=customer:77", "'customer:77' = ANY(tags)"],
    ["filter[tag]=nobody", "false"],
    ["filter[tag]=customer:9,nobody,customer:8,customer:9", "tags && '{customer:8,customer:9}'"],
    ["filter[tag]=everyone,customer:8&filter[isTest]=true", "is_test"],
    ["filter[tag]=everyone&filter[status]=FAILED&filter[taskIdentifier]=rare", "status = 'FAILED'"],
    ["filter[tag]=customer:20&filter[status]=COMPLETED", "'customer:20' = ANY(tags) AND status = 'COMPLETED'"],
    ["filter[tag]=fourth:2,customer:9&filter[status]=CANCELED", "'customer:9' = ANY(tags) AND status = 'CANCELED'"],
    ["filter[tag]=customer:238,everyone&filter[createdAt][period]=20m", "created_at >= now() - interval '20 minutes'"],
  ])("by %s has every run with any of the values once, in order, forth and back", async (filter, condition) => {
    for (const environments of [ONE, BOTH]) {
      const { rows } = await database.pool.query<{ id: string }>(
        `SELECT id FROM run WHERE environment_id = ANY($1) AND ${condition} ORDER BY created_at DESC, id DESC`,
        [environments.map(({ id }) => id)],
      );
      const ids = rows.map(({ id }) => id);
      expect(await pages(filter, environments, "next")).toEqual(ids);
      const last = ids.at(-1);
      if (last !== undefined) expect(await pages(filter, environments, "previous", last)).toEqual(ids.slice(0, -1));
    }
  });
});
