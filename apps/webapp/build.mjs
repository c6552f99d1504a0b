// Bundles what runs outside Remix's own build: the process (server/main.ts) and the operator's tool (server/admin.ts).
import { existsSync, readdirSync, rmSync } from "node:fs";
import { build } from "esbuild";

const entryPoints = ["server/main.ts", "server/admin.ts"].filter((file) => existsSync(file));

await build({
  entryPoints,
  outdir: "build",
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  sourcemap: true,
  conditions: ["@triggerdotdev/source"],
  logLevel: "warning",
  plugins: [
    {
      name: "workspace-from-source",
      setup(builder) {
        // Packages stay outside the bundle, but for the workspace's own, which are TypeScript.
        builder.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
          kind === "entry-point" || path.startsWith("@trigger.dev/") ? undefined : { path, external: true },
        );
        builder.onResolve({ filter: /\/server\/index\.js$/ }, ({ path }) => ({ path, external: true }));
      },
    },
  ],
});

// Remix also builds the browser's half of every route. No page loads it: what stays is what the pages link to.
const assets = "build/client/assets";
for (const file of readdirSync(assets)) {
  if (file.endsWith(".js") && !file.startsWith("swagger-ui")) rmSync(`${assets}/${file}`);
}
