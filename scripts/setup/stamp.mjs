import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { inRoot, root } from "./workspace.mjs";

const SKIPPED = new Set(["node_modules", "dist", "build", "generated", "coverage", "test-results"]);
const GROUPS = ["apps", "packages", "internal-packages"];

/** @returns {string[]} paths below the root, of every package that has a `package.json`. */
export function packageFolders() {
  return [...GROUPS, "tests"]
    .filter((group) => existsSync(inRoot(group)))
    .flatMap((group) => readdirSync(inRoot(group)).map((name) => join(group, name)))
    .concat("bench")
    .filter((folder) => existsSync(inRoot(folder, "package.json")));
}

/**
 * @param {string} folder
 * @returns {string[]} the files that a build reads; tests are not among them.
 */
function sources(folder) {
  return readdirSync(inRoot(folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name.startsWith(".") || SKIPPED.has(entry.name)) return [];
    if (entry.isDirectory()) return sources(path);
    return entry.isFile() && !/\.(test|spec)\.[cm]?tsx?$|\.md$/.test(entry.name) ? [path] : [];
  });
}

/** By content, so that a fresh clone or a changed branch with old times is told apart. */
function hashFiles(/** @type {string[]} */ paths, /** @type {string} */ salt) {
  const hash = createHash("sha256").update(salt);
  for (const path of paths.toSorted()) hash.update(`\0${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest("hex");
}

const present = (/** @type {string[]} */ paths) => paths.filter((path) => existsSync(inRoot(path)));

/** What the installed dependencies depend on. */
export const installHash = () =>
  hashFiles(
    present([
      "package.json",
      "pnpm-lock.yaml",
      "pnpm-workspace.yaml",
      ".npmrc",
      ...packageFolders().map((f) => join(f, "package.json")),
    ]),
    `${process.platform} ${process.arch} ${process.versions.modules}`,
  );

/** What the built code depends on. */
export const buildHash = () =>
  hashFiles(
    [
      ...present(["package.json", "pnpm-lock.yaml", "turbo.json", "tsconfig.base.json"]),
      ...present([...GROUPS, "bench"]).flatMap(sources),
    ],
    process.versions.modules,
  );

const stampPath = (/** @type {string} */ name) => inRoot("node_modules", ".cache", `${name}.stamp`);

/**
 * Remembers for which content a step was done; lies beside what the step made, so that both go together.
 * @param {"install" | "build"} name
 */
export const stamp = (name) => ({
  read: () => (existsSync(stampPath(name)) ? readFileSync(stampPath(name), "utf8") : ""),
  write: (/** @type {string} */ hash) => {
    mkdirSync(dirname(stampPath(name)), { recursive: true });
    writeFileSync(stampPath(name), hash);
  },
  clear: () => rmSync(stampPath(name), { force: true }),
});
