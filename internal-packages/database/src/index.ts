export { deployMigrations, MigrationError, type MigrationOptions, migrationStatus } from "./migrations/deploy.js";
export type { MigrationStatus } from "./migrations/history.js";
export { databasePackageDir, defaultMigrationsDir, defaultSchemaPath } from "./package-dir.js";
export { createGroupCommit, createGroupCommitBy, MOST_AT_ONCE } from "./group-commit.js";
export { inTransaction } from "./transaction.js";
export { createPool, type PoolSettings } from "./pool.js";
export * from "./prisma.js";
export type { NamedStatement, Statements } from "./lane.js";
export { createReadLanes, type ReadLanes, type ReadLanesSettings } from "./read-lanes.js";
export { createWriteLanes, type WriteLanes, type WriteLanesSettings } from "./write-lanes.js";
export { DataDirInUseError, lockDataDir } from "./embedded/data-dir-lock.js";
export { freePort } from "./embedded/launch.js";
export {
  connectRunning,
  type DatabaseLog,
  type EmbeddedOptions,
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from "./embedded/start.js";
