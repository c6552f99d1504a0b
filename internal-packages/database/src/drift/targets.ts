import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { DiffTarget, MigrationList } from "@prisma/schema-engine-wasm";
import { readMigrations } from "../migrations/read-migrations.js";

/** The migrations in `dir` as the schema engine takes them. */
export async function migrationsTarget(dir: string): Promise<MigrationList> {
  const migrations = await readMigrations(dir);
  return {
    baseDir: dir,
    lockfile: { path: "migration_lock.toml", content: 'provider = "postgresql"\n' },
    shadowDbInitScript: "",
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: "migration.sql", content: { tag: "ok", value: sql } },
    })),
  };
}

/** The Prisma schema in the file `path` as something to compare with. */
export async function schemaTarget(path: string): Promise<DiffTarget> {
  return { tag: "schemaDatamodel", files: [{ path: basename(path), content: await readFile(path, "utf8") }] };
}

/** The database that the engine is connected to. */
export const databaseTarget = (): DiffTarget => ({
  tag: "schemaDatasource",
  files: [{ path: "schema.prisma", content: 'datasource db {\n  provider = "postgresql"\n}\n' }],
  configDir: ".",
});
