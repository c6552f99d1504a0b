import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deployMigrations, startEmbeddedPostgres } from "@trigger.dev/database";
import { Client } from "pg";
import { endWithUs } from "./watchdog.js";

/** A database that every test's own is copied from; nobody may be connected to it. */
export const TEMPLATE = "trigger_template";

export type TestServer = { url: string; stop: () => Promise<void> };

/** The same server, another of its databases. */
export function withDatabase(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.href;
}

/** Runs one statement on a connection of its own. */
export async function execute(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** A folder for a test, which PostgreSQL's own user can enter when we are root. */
export async function makeTempDir(name: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), `trigger-${name}-`));
  await chmod(dir, 0o755);
  return dir;
}

/** Starts a throwaway PostgreSQL with a migrated template database. It ends with this process at the latest. */
export async function startTestServer(): Promise<TestServer> {
  const dataDir = await makeTempDir("postgres");
  const server = await startEmbeddedPostgres({ dataDir, throwaway: true });
  endWithUs(server.pid, [dataDir, server.dir]);
  await execute(server.url, `CREATE DATABASE ${TEMPLATE}`);
  await deployMigrations(withDatabase(server.url, TEMPLATE));
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
