import type { DiffTarget } from "@prisma/schema-engine-wasm";
import { defaultMigrationsDir, defaultSchemaPath } from "../package-dir.js";
import { withSchemaEngine } from "./schema-engine.js";
import { databaseTarget, migrationsTarget, schemaTarget } from "./targets.js";

export type DriftPaths = { migrationsDir?: string; schemaPath?: string };

export type Difference = {
  /** True when there is none. */
  same: boolean;
  /** What it would take to get from one to the other, in words, or as SQL where that was asked for. */
  summary: string;
};

const migrations = async (dir: string): Promise<DiffTarget> => ({
  tag: "migrations",
  ...(await migrationsTarget(dir)),
});

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
  return difference(url, await migrations(migrationsDir ?? defaultMigrationsDir()), databaseTarget(), false);
}

/** Whether `schema.prisma` and the migrations describe one shape. `url` names a server to borrow a shadow database on. */
export async function schemaMatchesMigrations(url: string, paths: DriftPaths = {}): Promise<Difference> {
  const from = await migrations(paths.migrationsDir ?? defaultMigrationsDir());
  return difference(url, from, await schemaTarget(paths.schemaPath ?? defaultSchemaPath()), false);
}

/** The SQL that takes the migrations to `schema.prisma`: the next migration, to be read before it is committed. */
export async function nextMigrationSql(url: string, paths: DriftPaths = {}): Promise<Difference> {
  const from = await migrations(paths.migrationsDir ?? defaultMigrationsDir());
  return difference(url, from, await schemaTarget(paths.schemaPath ?? defaultSchemaPath()), true);
}
