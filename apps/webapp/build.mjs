// Builds the server: Remix's own build with everything that a request meets (server/app.ts), and beside it what runs
// outside of it: the process (server/main.ts) and the operator's tool (server/admin.ts). It is put together in a
// folder of its own and moved into place whole, so that nobody ever starts half a build.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

process.chdir(dirname(fileURLToPath(import.meta.url)));
// Beside `build`, as source maps name their sources by relative paths.
const staging = `.build-${process.pid}`;
const replaced = `${staging}-old`;

try {
  execFileSync(process.execPath, ["node_modules/@remix-run/dev/dist/cli.js", "vite:build"], {
    env: { ...process.env, BUILD_DIRECTORY: staging },
    stdio: ["ignore", "ignore", "inherit"],
  });
  await build({
    entryPoints: ["server/main.ts", "server/admin.ts"].filter((file) => existsSync(file)),
    outdir: staging,
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
        },
      },
    ],
  });
  // Remix also builds the browser's half of every route. No page loads it: what stays is what the pages link to.
  const assets = join(staging, "client/assets");
  for (const file of readdirSync(assets)) {
    if (file.endsWith(".js") && !file.startsWith("swagger-ui")) rmSync(join(assets, file));
  }
  if (existsSync("build")) renameSync("build", replaced);
  renameSync(staging, "build");
} finally {
  for (const left of [staging, replaced]) rmSync(left, { recursive: true, force: true });
}
