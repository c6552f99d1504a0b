import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolders } from "../setup/stamp.mjs";
import { inRoot } from "../setup/workspace.mjs";

const isPublished = (/** @type {string} */ folder) =>
  !JSON.parse(readFileSync(inRoot(folder, "package.json"), "utf8")).private;

/** What is asked of the code besides its tests: a name for the list of failures, and a call that ends with 0. */
export const checks = () => [
  { name: "format", command: "oxfmt", args: ["--check"] },
  { name: "lint", command: "oxlint", args: ["--deny-warnings"] },
  {
    name: "types",
    command: "turbo",
    args: ["run", "typecheck", "--output-logs=errors-only", "--continue", "--concurrency=2"],
  },
  { name: "types of scripts", command: "tsc", args: ["-p", "tsconfig.json"] },
  { name: "unused code", command: "knip", args: ["--no-progress", "--no-config-hints"] },
  { name: "secrets in files", command: "secretlint", args: ["**/*"] },
  ...packageFolders()
    .filter(isPublished)
    .map((folder) => ({ name: `package ${folder}`, command: "publint", args: ["--strict", join(".", folder)] })),
];
