import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createPool,
  createWriteLanes,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type WriteLanes,
} from "./index.js";

let dataDir: string;
let server: EmbeddedPostgres;
let pool: Pool;
let lanes: WriteLanes;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "lanes-"));
  server = await startEmbeddedPostgres({ dataDir, throwaway: true });
  pool = createPool({ url: server.url });
  lanes = createWriteLanes({ url: server.url, lanes: 2, applicationName: "lanes under test" });
  await pool.query("CREATE TABLE written (id int PRIMARY KEY)");
});

afterAll(async () => {
  await lanes.end();
  await pool.end();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const write = (ids: readonly number[]) =>
  lanes.query<{ id: number }>({
    name: "write",
    text: "INSERT INTO written SELECT * FROM unnest($1::int[]) RETURNING id",
    values: [ids],
  });

const backends = async () => {
  const { rows } = await pool.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE application_name = 'lanes under test'",
  );
  return rows.map(({ pid }) => pid);
};

describe("write lanes", () => {
  it("open a second connection for a statement only while the first is busy", async () => {
    await write([1]);
    await write([2]);
    expect(await backends()).toHaveLength(1);
    await Promise.all([write([3]), write([4]), write([5])]);
    expect(await backends()).toHaveLength(2);
    const { rows } = await pool.query("SELECT array_agg(id ORDER BY id) AS ids FROM written");
    expect(rows).toEqual([{ ids: [1, 2, 3, 4, 5] }]);
  });

  it("plan a statement once for a connection", async () => {
    const plans = createWriteLanes({ url: server.url, lanes: 1 });
    for (const id of [11, 12, 13])
      await plans.query({
        name: "write",
        text: "INSERT INTO written SELECT * FROM unnest($1::int[])",
        values: [[id]],
      });
    const { rows } = await plans.query({
      name: "plans",
      text: "SELECT generic_plans::int, custom_plans::int FROM pg_prepared_statements WHERE name = 'write'",
    });
    await plans.end();
    expect(rows).toEqual([{ generic_plans: 3, custom_plans: 0 }]);
  });

  it("fail the statement that is at fault, whole, and none beside it", async () => {
    const settled = await Promise.allSettled([write([21]), write([22, 1]), write([23])]);
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    const { rows } = await pool.query("SELECT id FROM written WHERE id IN (21, 22, 23) ORDER BY id");
    expect(rows).toEqual([{ id: 21 }, { id: 23 }]);
  });

  it("open new connections after theirs were ended", async () => {
    const before = await backends();
    await pool.query("SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid", [before]);
    let id = 30;
    await expect
      .poll(async () => (await Promise.allSettled([write([++id])])).map(({ status }) => status))
      .toEqual(["fulfilled"]);
    expect(await backends()).not.toEqual(expect.arrayContaining(before));
  });

  it("refuse to go on once ended", async () => {
    const ended = createWriteLanes({ url: server.url });
    await ended.end();
    await expect(ended.query({ name: "one", text: "SELECT 1" })).rejects.toThrow("ended");
  });
});
