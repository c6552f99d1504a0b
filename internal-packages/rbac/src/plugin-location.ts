import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** The URL of what `RBAC_PLUGIN` names. A package that `cwd` does not have is left to this module's own resolution. */
export const locatePlugin = (specifier: string, cwd: string): string => {
  if (specifier.startsWith("file:")) return specifier;
  const file = path.resolve(cwd, specifier);
  if (path.isAbsolute(specifier) || specifier.startsWith(".")) return pathToFileURL(file).href;
  if (/\.[cm]?js$/.test(specifier) && existsSync(file)) return pathToFileURL(file).href;
  const found = locatePackage(specifier, cwd);
  return found === null ? specifier : pathToFileURL(found).href;
};

const locatePackage = (name: string, cwd: string): string | null => {
  const require = createRequire(path.join(cwd, "package.json"));
  try {
    return require.resolve(name);
  } catch {
    // `require` does not see a package that exports itself to `import` alone.
    const folders = require.resolve.paths(name) ?? [];
    const folder = folders
      .map((parent) => path.join(parent, name))
      .find((at) => existsSync(path.join(at, "package.json")));
    return folder ? importEntry(folder) : null;
  }
};

const importEntry = (folder: string): string | null => {
  const manifest: unknown = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  const exported = read(manifest, "exports");
  const entry = pick(read(exported, ".") ?? exported);
  return entry === null ? null : path.join(folder, entry);
};

/** The file that the conditions `node`, `import` and `default` lead to, the first that matches. */
const pick = (target: unknown): string | null => {
  if (typeof target === "string") return target;
  if (typeof target !== "object" || target === null) return null;
  for (const [condition, nested] of Object.entries(target)) {
    const entry = ["node", "import", "default"].includes(condition) ? pick(nested) : null;
    if (entry !== null) return entry;
  }
  return null;
};

const read = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
