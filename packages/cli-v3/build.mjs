// One chunk per command: a command loads only what it needs.
import { readdir, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL(".", import.meta.url));
const outdir = join(root, "dist");

const { metafile } = await build({
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
  metafile: true,
  logLevel: "warning",
});

// Chunks of earlier builds go last, so that a command that runs meanwhile finds all of its own.
const written = new Set(Object.keys(metafile.outputs));
for (const entry of await readdir(outdir, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (entry.isFile() && !written.has(relative(root, path))) await rm(path);
}
