/** Imports run one way: see docs/decisions/. Each package names the packages that it may stand on. */
const MAY_IMPORT = {
  "packages/core": [],
  "packages/plugins": ["packages/core"],
  "packages/rbac-roles": ["packages/plugins"],
  "packages/cli-v3": ["packages/core"],
  "internal-packages/database": [],
  "internal-packages/errors": ["packages/core"],
  "internal-packages/error-store": ["internal-packages/errors", "packages/core", "internal-packages/database"],
  "internal-packages/run-engine": [
    "internal-packages/errors",
    "internal-packages/error-store",
    "packages/core",
    "internal-packages/database",
  ],
  "internal-packages/rbac": ["packages/plugins", "packages/core", "internal-packages/database"],
  "internal-packages/testing": ["packages/core", "internal-packages/database"],
  "apps/webapp": [
    "packages/core",
    "packages/plugins",
    "internal-packages/database",
    "internal-packages/error-store",
    "internal-packages/errors",
    "internal-packages/rbac",
    "internal-packages/run-engine",
  ],
};

const TESTS = "\\.test\\.tsx?$|/test-world/|/tests/|/fixtures/";
const anchored = (folders) => `^(${folders.join("|")})/`;

module.exports = {
  forbidden: [
    ...Object.entries(MAY_IMPORT).map(([folder, others]) => ({
      name: `${folder.split("/")[1]}-stands-on-${others.length === 0 ? "nothing" : others.map((other) => other.split("/")[1]).join("-and-")}`,
      severity: "error",
      from: { path: `^${folder}/`, pathNot: TESTS },
      to: { path: "^(apps|packages|internal-packages|bench|tests)/", pathNot: anchored([folder, ...others]) },
    })),
    {
      name: "no-circles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "nothing-ships-its-tests",
      severity: "error",
      from: { path: "^(apps|packages|internal-packages)/", pathNot: `${TESTS}|^internal-packages/testing/` },
      to: { path: `${TESTS}|^internal-packages/testing/` },
    },
    {
      name: "no-unknown-modules",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^virtual:|/build/|\\?url$|^@trigger\\.dev/sdk|^published-core/" },
    },
  ],
  options: {
    exclude: { path: ["/dist/", "/build/", "/generated/", "node_modules/"] },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["@triggerdotdev/source", "import", "require", "node", "types", "default"],
    },
  },
};
