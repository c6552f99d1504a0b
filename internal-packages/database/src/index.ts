export { deployMigrations, MigrationError, type MigrationOptions, migrationStatus } from "./migrations/deploy.js";
export type { MigrationStatus } from "./migrations/history.js";
export { databasePackageDir, defaultMigrationsDir, defaultSchemaPath } from "./package-dir.js";
export { createPool, type PoolSettings } from "./pool.js";
export * from "./prisma.js";
