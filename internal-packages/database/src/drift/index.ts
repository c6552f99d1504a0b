export {
  type Difference,
  detectDrift,
  type DriftPaths,
  nextMigrationSql,
  schemaMatchesMigrations,
} from "./detect-drift.js";
