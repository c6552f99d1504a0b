import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPool, startEmbeddedPostgres, type EmbeddedPostgres } from "./index.js";
import { ask, createLane } from "./lane.js";

let dataDir: string;
let server: EmbeddedPostgres;
let pool: Pool;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "lane-"));
  server = await startEmbeddedPostgres({ dataDir, throwaway: true });
  pool = createPool({ url: server.url });
});

afterAll(async () => {
  await pool.end();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const applicationName = "lane under test";
const backends = async () =>
  (await pool.query("SELECT 1 FROM pg_stat_activity WHERE application_name = $1", [applicationName])).rowCount;

describe("a lane whose set-up fails", () => {
  it.each([false, true])(
    "leaves no connection open, and opens another for the next statement (pipeline: %s)",
    async (pipeline) => {
      const errors: Error[] = [];
      const lane = createLane({
        url: server.url,
        applicationName,
        pipeline,
        setUp: "SET search_path = public; SELECT count(*) FROM not_there_yet",
        onError: (error) => void errors.push(error),
      });
      for (let time = 0; time < 3; time++) await expect(lane.open().ready).rejects.toThrow("not_there_yet");
      await expect.poll(backends).toBe(0);
      await pool.query("CREATE TABLE not_there_yet ()");
      const { client, ready } = lane.open();
      await ready;
      expect((await ask(client, { name: "one", text: "SELECT 1 AS one" })).rows).toEqual([{ one: 1 }]);
      expect(await backends()).toBe(1);
      await lane.end();
      await expect.poll(backends).toBe(0);
      expect(errors).toEqual([]);
      await pool.query("DROP TABLE not_there_yet");
    },
  );

  it("fails as one that cannot connect does", async () => {
    const lane = createLane({ url: server.url.replace(/\/[^/]*$/, "/nowhere"), applicationName });
    await expect(lane.open().ready).rejects.toThrow("nowhere");
    await expect.poll(backends).toBe(0);
    await lane.end();
  });
});
