// Vitest hands these on to Node as `--conditions`, for `require` too: with "import" among them CommonJS packages break.
const conditions = ["@triggerdotdev/source", "node"];

/** The projects of the suite, read by `vitest.config.ts`. */
const project = (name: string, include: string[], extra: Record<string, unknown> = {}) => ({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // One throwaway PostgreSQL for the run, started when a test first asks for a database.
  test: {
    name,
    include,
    environment: "node",
    globalSetup: ["internal-packages/testing/src/global-setup.ts"],
    ...extra,
  },
});

/** Those attacks that the RBAC controller has a part in and that name none; `matrix-of-roles` is their table of routes. */
const ATTACKS_WITH_ROLES = `tests/e2e/attacks/{${[
  "bodies",
  "cap",
  "door",
  "errors",
  "exchange",
  "hostile-input",
  "login",
  "mint",
  "policies",
  "policy-rates",
  "revocation",
  "revocation-race",
  "secrets-in-logs",
  "token",
  "visibility",
]}}.test.ts`;

export const projects = [
  project(
    "unit",
    [
      "packages/*/{src,tests}/**/*.test.ts",
      "internal-packages/*/src/**/*.test.ts",
      "apps/webapp/{app,server}/**/*.test.ts",
      "scripts/**/*.test.ts",
      "tests/house/**/*.test.ts",
    ],
    {
      testTimeout: 60_000,
      hookTimeout: 120_000,
    },
  ),
  project("e2e", ["tests/e2e/**/*.test.ts"], { testTimeout: 120_000, hookTimeout: 180_000 }),
  // What must not work must not work with the role-aware plugin either.
  project("attacks with roles", [ATTACKS_WITH_ROLES], {
    testTimeout: 120_000,
    hookTimeout: 180_000,
    env: { PLUGIN_UNDER_TEST: "@trigger.dev/rbac-roles" },
  }),
  project("interop", ["tests/interop/**/*.test.ts"], { testTimeout: 180_000, hookTimeout: 240_000 }),
];
