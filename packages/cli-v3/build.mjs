// One chunk per command: a command loads only what it needs.
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL(".", import.meta.url));
const outdir = join(root, "dist");

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ["src/index.ts"],
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  conditions: ["@triggerdotdev/source"],
  minify: true,
  legalComments: "linked",
  chunkNames: "chunks/[name]-[hash]",
  // commander and cli-table3 are CommonJS: they ask for `require`.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module";const require=__createRequire(import.meta.url);',
  },
  write: false,
  logLevel: "warning",
});

// In one step a file, and chunks of earlier builds last: a command that runs meanwhile finds all of its own.
for (const { path, contents } of outputFiles) {
  const before = await readFile(path).catch(() => null);
  if (before?.equals(contents)) continue;
  const temporary = `${path}.${process.pid}.tmp`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(temporary, contents);
  await rename(temporary, path);
}
const written = new Set(outputFiles.map(({ path }) => path));
for (const entry of await readdir(outdir, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (entry.isFile() && !written.has(path) && !path.endsWith(".tmp")) await rm(path, { force: true });
}
