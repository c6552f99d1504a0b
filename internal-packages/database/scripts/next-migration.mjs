// Writes the SQL that takes the migrations to schema.prisma into a new folder:
//   DATABASE_URL=postgresql://… node scripts/next-migration.mjs add_something
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const packageDir = dirname(dirname(fileURLToPath(import.meta.url)));
const [name] = process.argv.slice(2);
const url = process.env.DATABASE_URL;
if (name === undefined || !/^[a-z0-9_]+$/.test(name) || url === undefined) {
  console.error("Give DATABASE_URL, a server to borrow a shadow database on, and a name of a-z, 0-9 and _.");
  process.exit(1);
}

const bundle = join(packageDir, "build", "drift.mjs");
await build({
  entryPoints: [join(packageDir, "src/drift/index.ts")],
  outfile: bundle,
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  logLevel: "warning",
});
const { nextMigrationSql } = await import(pathToFileURL(bundle).href);
const { same, summary } = await nextMigrationSql(url);
if (same) {
  console.log("Nothing to do: schema.prisma and the migrations agree.");
} else {
  const stamp = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  const dir = join(packageDir, "prisma/migrations", `${stamp}_${name}`);
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, "migration.sql"), `${summary}\n`);
  console.log(`Wrote ${dir}. Read it before you commit it.`);
}
