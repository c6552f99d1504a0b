import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { DiffTarget } from "@prisma/schema-engine-wasm";
import { readMigrations } from "../migrations/read-migrations.js";
import { defaultMigrationsDir, defaultSchemaPath } from "../package-dir.js";
import { withSchemaEngine } from "./schema-engine.js";

export type DriftPaths = { migrationsDir?: string; schemaPath?: string };

export type Difference = {
  /** True when there is none. */
  same: boolean;
  /** What it would take to get from one to the other, in words, or as SQL where that was asked for. */
  summary: string;
};

async function migrationsTarget(dir: string): Promise<DiffTarget> {
  const migrations = await readMigrations(dir);
  return {
    tag: "migrations",
    baseDir: dir,
    lockfile: { path: "migration_lock.toml", content: 'provider = "postgresql"\n' },
    shadowDbInitScript: "",
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: "migration.sql", content: { tag: "ok", value: sql } },
    })),
  };
}

async function schemaTarget(path: string): Promise<DiffTarget> {
  return { tag: "schemaDatamodel", files: [{ path: basename(path), content: await readFile(path, "utf8") }] };
}

async function difference(url: string, from: DiffTarget, to: DiffTarget, script: boolean): Promise<Difference> {
  const filters = { externalTables: [], externalEnums: [] };
  const { exitCode, stdout } = await withSchemaEngine(url, (engine) =>
    engine.diff({ from, to, script, exitCode: true, filters }),
  );
  return { same: exitCode === 0, summary: (stdout ?? "").trim() };
}

/**
 * Whether the database at `url` still has the shape that the migrations give one. The migrations are replayed on a
 * shadow database of the same server, so the role needs CREATEDB; the database itself is only read.
 */
export async function detectDrift(url: string, { migrationsDir }: DriftPaths = {}): Promise<Difference> {
  return difference(url, await migrationsTarget(migrationsDir ?? defaultMigrationsDir()), { tag: "url", url }, false);
}

/** Whether `schema.prisma` and the migrations describe one shape. `url` names a server to borrow a shadow database on. */
export async function schemaMatchesMigrations(url: string, paths: DriftPaths = {}): Promise<Difference> {
  const from = await migrationsTarget(paths.migrationsDir ?? defaultMigrationsDir());
  return difference(url, from, await schemaTarget(paths.schemaPath ?? defaultSchemaPath()), false);
}

/** The SQL that takes the migrations to `schema.prisma`: the next migration, to be read before it is committed. */
export async function nextMigrationSql(url: string, paths: DriftPaths = {}): Promise<Difference> {
  const from = await migrationsTarget(paths.migrationsDir ?? defaultMigrationsDir());
  return difference(url, from, await schemaTarget(paths.schemaPath ?? defaultSchemaPath()), true);
}
