import { randomBytes } from "node:crypto";
import { createPool } from "@trigger.dev/database";
import type { Pool } from "pg";
import { execute, startTestServer, TEMPLATE, withDatabase } from "./test-server.js";

export type TestDatabase = { url: string; pool: Pool; stop: () => Promise<void> };

/** Where a run's global set-up says which server its processes share. */
export const SHARED_SERVER_VARIABLE = "TRIGGER_TEST_SERVER";

async function findServer(): Promise<string> {
  const shared = process.env[SHARED_SERVER_VARIABLE];
  if (shared === undefined) return (await startTestServer()).url;
  const answer = await fetch(shared);
  if (!answer.ok) throw new Error(await answer.text());
  return answer.text();
}

let server: Promise<string> | undefined;

/**
 * A new database with every migration applied, on a throwaway PostgreSQL that the run shares (or, without the
 * global set-up, that this process has to itself).
 */
export async function startTestDatabase(): Promise<TestDatabase> {
  const serverUrl = await (server ??= findServer());
  const name = `test_${randomBytes(8).toString("hex")}`;
  await execute(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  const url = withDatabase(serverUrl, name);
  const pool = createPool({ url, applicationName: "test" });
  return {
    url,
    pool,
    stop: async () => {
      await pool.end();
      await execute(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

/** An empty database, without the migrations, on the same server. */
export async function startEmptyDatabase(): Promise<TestDatabase> {
  const database = await startTestDatabase();
  await database.pool.query("DROP SCHEMA public CASCADE");
  await database.pool.query("CREATE SCHEMA public");
  return database;
}
