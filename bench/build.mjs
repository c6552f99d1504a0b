import { build } from "esbuild";

await build({
  entryPoints: ["src/main.ts", "src/floor.ts", "src/floor-writes.ts"],
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
      setup({ onResolve }) {
        // Ours are bundled from source; what npm installed is not.
        onResolve({ filter: /^[^./]/ }, ({ path }) =>
          path.startsWith("@trigger.dev/") ? undefined : { path, external: true },
        );
      },
    },
  ],
});
