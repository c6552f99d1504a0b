import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { withSchemaEngine } from "../drift/schema-engine.js";
import { migrationsTarget } from "../drift/targets.js";
import { defaultMigrationsDir } from "../package-dir.js";
import { createPool } from "../pool.js";
import { makeScratchDir, query, startScratchServer } from "../scratch-server.js";
import { deployMigrations, MigrationError, migrationStatus } from "./deploy.js";

/** Every migration of ours, in their order. */
const OURS = (await readdir(defaultMigrationsDir(), { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .toSorted();
const [INIT] = OURS;
let server: Awaited<ReturnType<typeof startScratchServer>>;
let url: string;
let folder: string;

/** A copy of the migrations, with one more. */
async function folderWith(name: string, sql: string): Promise<string> {
  await cp(defaultMigrationsDir(), folder, { recursive: true });
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, "migration.sql"), sql);
  return folder;
}

beforeAll(async () => {
  server = await startScratchServer();
});

beforeEach(async () => {
  url = await server.createDatabase();
  folder = await makeScratchDir();
  return () => rm(folder, { recursive: true, force: true });
});

afterAll(() => server?.stop());

it("applies what is pending, once", async () => {
  const before = await migrationStatus(url);
  expect(before).toMatchObject({ applied: [], pending: OURS });
  const first = await deployMigrations(url);
  const second = await deployMigrations(url);
  expect(first).toMatchObject({ deployed: OURS, applied: OURS, pending: [] });
  expect(second).toMatchObject({ deployed: [], applied: OURS, pending: [] });
});

it("takes a pool as well, and leaves its connections as they were", async () => {
  const pool = createPool({ url });
  await deployMigrations(pool);
  const { rows } = await pool.query("SHOW statement_timeout");
  await pool.end();
  expect(rows).toEqual([{ statement_timeout: "30s" }]);
});

it("lets any number of servers deploy at the same time", async () => {
  const all = await Promise.all(Array.from({ length: 6 }, () => deployMigrations(url)));
  expect(all.flatMap(({ deployed }) => deployed)).toEqual(OURS);
});

it("writes the history that Prisma's own engine finds in order", async () => {
  await deployMigrations(url);
  const diagnosis = await withSchemaEngine(url, async (engine) =>
    engine.diagnoseMigrationHistory({
      migrationsList: await migrationsTarget(defaultMigrationsDir()),
      optInToShadowDatabase: false,
      filters: { externalTables: [], externalEnums: [] },
    }),
  );
  expect(diagnosis).toMatchObject({
    hasMigrationsTable: true,
    history: null,
    failedMigrationNames: [],
    editedMigrationNames: [],
  });
});

it("rolls a failing migration back whole, reports it, and can be repeated after a repair", async () => {
  const migrationsDir = await folderWith("20270101000000_bad", "CREATE TABLE half (id int); SELECT 1 / 0;");
  const failing = deployMigrations(url, { migrationsDir });
  await expect(failing).rejects.toThrow(MigrationError);
  await expect(failing).rejects.toThrow("Migration 20270101000000_bad failed and was rolled back: division by zero");
  expect(await query(url, "SELECT to_regclass('half') AS half")).toEqual([{ half: null }]);
  expect(await migrationStatus(url, { migrationsDir })).toMatchObject({
    applied: OURS,
    pending: ["20270101000000_bad"],
    failed: [],
  });

  await writeFile(join(migrationsDir, "20270101000000_bad", "migration.sql"), "CREATE TABLE half (id int);");
  expect(await deployMigrations(url, { migrationsDir })).toMatchObject({ deployed: ["20270101000000_bad"] });
});

it("applies nothing after a migration that another tool left unfinished", async () => {
  await deployMigrations(url);
  await query(url, `UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = '${INIT}'`);
  await expect(deployMigrations(url)).rejects.toThrow(`Migration ${INIT} was begun earlier and never finished.`);
  expect(await migrationStatus(url)).toMatchObject({ failed: [INIT] });
});

it("names edited migrations, and those that only the database knows", async () => {
  const migrationsDir = await folderWith("20270101000000_later", "SELECT 1;");
  await deployMigrations(url, { migrationsDir });
  await writeFile(join(migrationsDir, "20270101000000_later", "migration.sql"), "SELECT 2;");
  expect(await migrationStatus(url, { migrationsDir })).toMatchObject({ edited: ["20270101000000_later"] });
  expect(await migrationStatus(url)).toMatchObject({ edited: [], unknown: ["20270101000000_later"] });
});

it("keeps the counters of the rate limits unlogged", async () => {
  await deployMigrations(url);
  const rows = await query(url, "SELECT relpersistence FROM pg_class WHERE relname = 'rate_limit'");
  expect(rows).toEqual([{ relpersistence: "u" }]);
});

it("lists the tags of runs that were triggered before there were lists of them", async () => {
  await cp(defaultMigrationsDir(), folder, { recursive: true });
  const name = "20261128030000_run_tags";
  for (const later of OURS.filter((one) => one >= name)) await rm(join(folder, later), { recursive: true });
  await deployMigrations(url, { migrationsDir: folder });
  await query(
    url,
    `INSERT INTO run (environment_id, id, task_identifier, status, payload_type, queue, options, tags, created_at) VALUES
       ('env_a', 'run_1', 't', 'COMPLETED', 'application/json', 'q', '{}', '{b,a,b}', '2026-01-01'),
       ('env_a', 'run_2', 't', 'COMPLETED', 'application/json', 'q', '{}', '{}', '2026-01-02')`,
  );
  expect((await deployMigrations(url)).deployed).toContain(name);
  const run = { environment_id: "env_a", run_id: "run_1", created_at: new Date("2026-01-01") };
  expect(await query(url, "SELECT * FROM run_tag ORDER BY tag")).toEqual([
    { ...run, tag: "a" },
    { ...run, tag: "b" },
  ]);
});
