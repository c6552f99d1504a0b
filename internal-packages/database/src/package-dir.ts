import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NAME = "@trigger.dev/database";

const isThisPackage = (dir: string): boolean => {
  const manifest = join(dir, "package.json");
  return existsSync(manifest) && readFileSync(manifest, "utf8").includes(`"name": "${NAME}"`);
};

/**
 * The folder of this package on disk, also when the code was bundled into another package that depends on it.
 * @throws when neither the code's own folders nor a `node_modules` above them hold it.
 */
export function databasePackageDir(from: string = dirname(fileURLToPath(import.meta.url))): string {
  for (let dir = from; ; dir = dirname(dir)) {
    for (const candidate of [dir, join(dir, "node_modules", NAME)]) {
      if (isThisPackage(candidate)) return realpathSync(candidate);
    }
    if (dirname(dir) === dir) throw new Error(`Cannot find the package ${NAME} above ${from}.`);
  }
}

/** Where the SQL migrations are when nobody says otherwise. */
export const defaultMigrationsDir = (): string => join(databasePackageDir(), "prisma", "migrations");

/** Where the Prisma schema is when nobody says otherwise. */
export const defaultSchemaPath = (): string => join(databasePackageDir(), "prisma", "schema.prisma");
