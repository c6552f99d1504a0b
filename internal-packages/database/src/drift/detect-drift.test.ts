import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { deployMigrations } from "../migrations/deploy.js";
import { defaultMigrationsDir, defaultSchemaPath } from "../package-dir.js";
import { makeScratchDir, query, startScratchServer } from "../scratch-server.js";
import { detectDrift, nextMigrationSql, schemaMatchesMigrations } from "./detect-drift.js";

let server: Awaited<ReturnType<typeof startScratchServer>>;
let url: string;

beforeAll(async () => {
  server = await startScratchServer();
});

beforeEach(async () => {
  url = await server.createDatabase();
});

afterAll(() => server?.stop());

it("finds schema.prisma and the migrations in agreement", async () => {
  expect(await schemaMatchesMigrations(url)).toMatchObject({ same: true });
});

it("finds no drift in a database that the migrations made", async () => {
  await deployMigrations(url);
  expect(await detectDrift(url)).toMatchObject({ same: true });
});

it.each([
  ["a column", `ALTER TABLE "user" ADD COLUMN shoe_size int`, "shoe_size"],
  ["an index", `DROP INDEX user_email_key`, "email"],
  ["a table", `CREATE TABLE intruder (id int PRIMARY KEY, mark "char")`, "intruder"],
])("tells when %s was changed by hand", async (_what, sql, word) => {
  await deployMigrations(url);
  await query(url, sql);
  const drift = await detectDrift(url);
  expect(drift.same).toBe(false);
  expect(drift.summary).toContain(word);
});

it("never touches the database that it looks at, and leaves no shadow behind", async () => {
  // A migration that would leave its mark wherever it is run, with semicolons where a naive splitter cuts.
  const migrationsDir = await makeScratchDir();
  await cp(defaultMigrationsDir(), migrationsDir, { recursive: true });
  const marker = join(migrationsDir, "20261122000000_init", "migration.sql");
  const sql = await readFile(marker, "utf8");
  await writeFile(marker, `${sql}\n-- one; two\nDO $$ BEGIN CREATE TABLE marker (id int); END $$;\n`);

  const drift = await detectDrift(url, { migrationsDir });
  expect(drift.same).toBe(false);
  expect(drift.summary).toContain("marker");
  expect(await query(url, "SELECT 1 FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
  expect(await query(url, "SELECT datname FROM pg_database WHERE datname LIKE '%shadow%'")).toEqual([]);
  await rm(migrationsDir, { recursive: true, force: true });
});

it("writes the next migration when schema.prisma has moved on", async () => {
  const dir = await makeScratchDir();
  const schemaPath = join(dir, "schema.prisma");
  const schema = await readFile(defaultSchemaPath(), "utf8");
  await writeFile(schemaPath, `${schema}\nmodel Extra {\n  id String @id\n  @@map("extra")\n}\n`);
  const next = await nextMigrationSql(url, { schemaPath });
  expect(next.same).toBe(false);
  expect(next.summary).toContain('CREATE TABLE "extra"');
  await rm(dir, { recursive: true, force: true });
});
