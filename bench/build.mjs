import { build } from "esbuild";

const FOUND = "found";

await build({
  entryPoints: [
    "src/main.ts",
    "src/floor.ts",
    "src/audit/mints-without-audit.ts",
    "src/audit/flood.ts",
    "src/floor-writes.ts",
  ],
  absWorkingDir: import.meta.dirname,
  outdir: "dist",
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  conditions: ["@triggerdotdev/source"],
  plugins: [
    {
      name: "packages-stay-outside",
      setup({ onResolve, resolve }) {
        // Ours are bundled from source; what npm installed is not, and is found where the importing package has it.
        onResolve({ filter: /^[^./]/ }, async ({ path, kind, resolveDir, pluginData }) => {
          if (pluginData === FOUND || kind === "entry-point" || path.startsWith("@trigger.dev/")) return undefined;
          const found = await resolve(path, { kind, resolveDir, pluginData: FOUND });
          return { path: found.path, external: true, errors: found.errors };
        });
      },
    },
  ],
});
