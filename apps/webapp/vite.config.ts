import { vitePlugin as remix } from "@remix-run/dev";
import { defineConfig, type Plugin } from "vite";

const SOURCE_CONDITIONS = ["@triggerdotdev/source"];
const ROUTE_MODULE = /\/app\/routes\/[^/]+\.ts$/;

/** API route modules are server code alone: the browser's build gets an empty module in their place. */
const apiRoutesOnServer = (): Plugin => ({
  name: "api-routes-on-server",
  enforce: "pre",
  load(id, options) {
    const file = id.split("?")[0] ?? id;
    return !options?.ssr && ROUTE_MODULE.test(file) ? "export default undefined;" : null;
  },
});

/** The server's bundle starts at `server/app.ts`, which holds Remix's own build: one graph, one copy of each class. */
const serverEntry = (): Plugin => ({
  name: "server-entry",
  enforce: "post",
  config: (_config, env) => (env.isSsrBuild ? { build: { rollupOptions: { input: "server/app.ts" } } } : null),
});

export default defineConfig({
  plugins: [
    apiRoutesOnServer(),
    remix({
      // The build is put together aside and moved into place whole: see build.mjs.
      buildDirectory: process.env.BUILD_DIRECTORY ?? "build",
      future: {
        v3_fetcherPersist: true,
        v3_lazyRouteDiscovery: true,
        v3_relativeSplatPath: true,
        v3_routeConfig: true,
        v3_singleFetch: true,
        v3_throwAbortReason: true,
      },
    }),
    serverEntry(),
  ],
  resolve: { conditions: [...SOURCE_CONDITIONS, "module", "browser", "development|production"] },
  ssr: {
    noExternal: [/^@trigger\.dev\//],
    resolve: { conditions: [...SOURCE_CONDITIONS, "module", "node", "development|production"] },
  },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rollupOptions: {
      onwarn(warning, warn) {
        // What `apiRoutesOnServer` leaves of the API in the browser's build is meant to be empty.
        if (warning.code !== "EMPTY_BUNDLE") warn(warning);
      },
    },
  },
  logLevel: "warn",
});
