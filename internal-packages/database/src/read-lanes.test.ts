import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPool, createReadLanes, startEmbeddedPostgres, type EmbeddedPostgres, type ReadLanes } from "./index.js";

let dataDir: string;
let server: EmbeddedPostgres;
let pool: Pool;
let lanes: ReadLanes;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "lanes-"));
  server = await startEmbeddedPostgres({ dataDir, throwaway: true });
  pool = createPool({ url: server.url });
  lanes = createReadLanes({ url: server.url, applicationName: "lanes under test" });
});

afterAll(async () => {
  await lanes.end();
  await pool.end();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const double = (n: number) =>
  lanes.query<{ doubled: number }>({ name: "double", text: "SELECT $1::int * 2 AS doubled", values: [n] });

const backends = async () => {
  const { rows } = await pool.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE application_name = 'lanes under test'",
  );
  return rows.map(({ pid }) => pid);
};

describe("read lanes", () => {
  it("answer each of many statements at once with its own rows, over two connections in turn", async () => {
    for (let round = 1; round <= 3; round++) {
      const answers = await Promise.all(Array.from({ length: 500 }, (_, n) => double(n)));
      expect(answers.map(({ rows }) => rows[0]?.doubled)).toEqual(Array.from({ length: 500 }, (_, n) => n * 2));
      expect(await backends()).toHaveLength(Math.min(round, 2));
    }
  });

  it("ask what several ask in one turn once, after the last of them", async () => {
    const moment = async (n: number) => {
      const text = "SELECT clock_timestamp()::text AS moment, $1::int AS n, $2::bytea AS hash";
      const { rows } = await lanes.query<{ moment: string; n: number }>({
        name: "moment",
        text,
        values: [n, Buffer.from([0, 255])],
      });
      return rows[0];
    };
    await moment(0);
    const early = moment(1);
    const [same, other, later] = await Promise.all([
      Promise.resolve().then(() => moment(1)),
      moment(2),
      new Promise((resolve) => setImmediate(resolve)).then(() => moment(1)),
    ]);
    expect(await early).toEqual(same);
    expect(other?.n).toBe(2);
    expect(later?.n).toBe(1);
    expect(later?.moment).not.toBe(same?.moment);
  });

  it("fail the statement that is at fault and none beside it", async () => {
    const divide = (by: number) =>
      lanes.query<{ answer: number }>({ name: "divide", text: "SELECT 6 / $1::int AS answer", values: [by] });
    const settled = await Promise.allSettled([divide(1), divide(0), divide(2), divide(0), divide(3)]);
    expect(settled.map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
  });

  it("open new connections after theirs were ended", async () => {
    await double(1);
    const before = await backends();
    await pool.query("SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid", [before]);
    await expect
      .poll(async () => (await Promise.allSettled([double(1), double(2)])).map(({ status }) => status))
      .toEqual(["fulfilled", "fulfilled"]);
    expect(await backends()).not.toEqual(expect.arrayContaining(before));
  });

  it("reject what is under way when the connection breaks, and wait for nothing", async () => {
    await double(1);
    const sleeping = Promise.allSettled(
      [1, 2].map(() => lanes.query({ name: "sleep", text: "SELECT pg_sleep(30)", values: [] })),
    );
    await expect.poll(async () => (await backends()).length).toBe(2);
    await pool.query("SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid", [await backends()]);
    expect((await sleeping).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await expect.poll(() => double(4).then(({ rows }) => rows, String)).toEqual([{ doubled: 8 }]);
  });

  it("refuse to go on once ended", async () => {
    const ended = createReadLanes({ url: server.url });
    await ended.end();
    await expect(ended.query({ name: "one", text: "SELECT 1", values: [] })).rejects.toThrow("ended");
  });
});
