import { randomUUID } from "node:crypto";
import { Client, type ClientBase, type Pool } from "pg";
import { defaultMigrationsDir } from "../package-dir.js";
import { compareHistory, HISTORY_TABLE, type MigrationStatus, readHistory } from "./history.js";
import { type Migration, readMigrations } from "./read-migrations.js";

/** The lock that `prisma migrate` takes, so that it and any number of servers take turns. */
const ADVISORY_LOCK = 72707369;

export type MigrationOptions = {
  /** The folder of migrations; the package's own unless given. */
  migrationsDir?: string;
};

/** A migration that could not be applied. Its transaction is rolled back: the database is as it was before it. */
export class MigrationError extends Error {
  readonly code = "migration_failed";

  constructor(
    readonly migration: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "MigrationError";
  }
}

async function withClient<T>(database: Pool | string, use: (client: ClientBase) => Promise<T>): Promise<T> {
  if (typeof database !== "string") {
    const client = await database.connect();
    try {
      return await use(client);
    } finally {
      // Thrown away: it carries this run's settings, and the lock if the run failed.
      client.release(true);
    }
  }
  const client = new Client({ connectionString: database, application_name: "trigger.dev migrate" });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

async function applyMigration(client: ClientBase, { name, sql, checksum }: Migration): Promise<void> {
  const startedAt = new Date();
  try {
    await client.query("BEGIN");
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, $4, clock_timestamp(), 1)`,
      [randomUUID(), checksum, name, startedAt],
    );
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    const reason = error instanceof Error ? error.message : String(error);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, rolled_back_at, logs)
       VALUES ($1, $2, $3, $4, clock_timestamp(), $5)`,
      [randomUUID(), checksum, name, startedAt, reason],
    );
    throw new MigrationError(name, `Migration ${name} failed and was rolled back: ${reason}`, { cause: error });
  }
}

/**
 * Applies what is pending, each migration in a transaction of its own, under an advisory lock, and writes the
 * history that Prisma would.
 * @returns the status afterwards, and the names that this call applied (`deployed`).
 * @throws {MigrationError} naming the migration that failed, now or earlier by another tool.
 */
export async function deployMigrations(
  database: Pool | string,
  { migrationsDir = defaultMigrationsDir() }: MigrationOptions = {},
): Promise<MigrationStatus & { deployed: string[] }> {
  const migrations = await readMigrations(migrationsDir);
  return withClient(database, async (client) => {
    await client.query("SET statement_timeout = 0");
    // Held until the connection closes, which it does whatever happens here.
    await client.query("SELECT pg_advisory_lock($1)", [ADVISORY_LOCK]);
    await client.query(HISTORY_TABLE);
    const before = compareHistory(migrations, await readHistory(client));
    const [stuck] = before.failed;
    if (stuck !== undefined) {
      throw new MigrationError(
        stuck,
        `Migration ${stuck} was begun earlier and never finished. Repair the database, then delete its row from ` +
          "_prisma_migrations, or set finished_at if all of it was applied.",
      );
    }
    const pending = migrations.filter(({ name }) => before.pending.includes(name));
    for (const migration of pending) await applyMigration(client, migration);
    return { ...compareHistory(migrations, await readHistory(client)), deployed: before.pending };
  });
}

/** How the database's history stands against the folder of migrations. Changes nothing. */
export async function migrationStatus(
  database: Pool | string,
  { migrationsDir = defaultMigrationsDir() }: MigrationOptions = {},
): Promise<MigrationStatus> {
  const migrations = await readMigrations(migrationsDir);
  return withClient(database, async (client) => compareHistory(migrations, await readHistory(client)));
}
