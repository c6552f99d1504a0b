import type { ClientBase, Pool } from "pg";
import type { Migration } from "./read-migrations.js";

/** The part of a `_prisma_migrations` row that says what became of a migration. */
export type HistoryRow = { migration_name: string; checksum: string; state: "applied" | "failed" | "rolled-back" };

export type MigrationStatus = {
  applied: string[];
  /** In the folder, not yet in the database. */
  pending: string[];
  /** Begun by another tool and never finished; nothing is applied until someone resolves it. */
  failed: string[];
  /** Applied, and their file has changed since. */
  edited: string[];
  /** In the database, not in the folder: a newer version has been here. */
  unknown: string[];
};

/** Prisma's own table, to the letter, so that its tools read what we write. */
export const HISTORY_TABLE = `
CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id                  VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum            VARCHAR(64) NOT NULL,
  finished_at         TIMESTAMPTZ,
  migration_name      VARCHAR(255) NOT NULL,
  logs                TEXT,
  rolled_back_at      TIMESTAMPTZ,
  started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

/** The rows of `_prisma_migrations`, oldest first; none when the table is not there. */
export async function readHistory(client: ClientBase | Pool): Promise<HistoryRow[]> {
  const table = await client.query<{ there: boolean }>("SELECT to_regclass('_prisma_migrations') IS NOT NULL AS there");
  if (table.rows[0]?.there !== true) return [];
  const { rows } = await client.query<HistoryRow>(`
    SELECT migration_name, checksum,
           CASE WHEN rolled_back_at IS NOT NULL THEN 'rolled-back'
                WHEN finished_at IS NULL THEN 'failed' ELSE 'applied' END AS state
      FROM _prisma_migrations ORDER BY started_at, migration_name`);
  return rows;
}

/** Sets the folder's migrations against the database's history. */
export function compareHistory(migrations: readonly Migration[], history: readonly HistoryRow[]): MigrationStatus {
  const appliedChecksum = new Map(
    history.filter((row) => row.state === "applied").map((row) => [row.migration_name, row.checksum]),
  );
  const known = new Set(migrations.map((migration) => migration.name));
  return {
    applied: [...appliedChecksum.keys()],
    pending: migrations.filter(({ name }) => !appliedChecksum.has(name)).map(({ name }) => name),
    failed: history.filter((row) => row.state === "failed").map((row) => row.migration_name),
    edited: migrations
      .filter(({ name, checksum }) => (appliedChecksum.get(name) ?? checksum) !== checksum)
      .map(({ name }) => name),
    unknown: [...appliedChecksum.keys()].filter((name) => !known.has(name)),
  };
}
