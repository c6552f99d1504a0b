import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { startEmbeddedPostgres } from "./embedded/start.js";

/** A folder for a test of this package, which PostgreSQL's own user can enter when we are root. */
export async function makeScratchDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "trigger-database-"));
  await chmod(dir, 0o755);
  return dir;
}

/** Runs one statement, or several without parameters, on a connection of its own. */
export async function query<Row extends object>(url: string, sql: string, values?: unknown[]): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** A throwaway PostgreSQL for the tests of this package, which cannot use the testing package: that imports this one. */
export async function startScratchServer(): Promise<{
  createDatabase: () => Promise<string>;
  stop: () => Promise<void>;
}> {
  const dataDir = await makeScratchDir();
  const { url, stop } = await startEmbeddedPostgres({ dataDir, throwaway: true });
  return {
    createDatabase: async () => {
      const name = `scratch_${randomBytes(6).toString("hex")}`;
      await query(url, `CREATE DATABASE ${name}`);
      const other = new URL(url);
      other.pathname = `/${name}`;
      return other.href;
    },
    stop: async () => {
      await stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
