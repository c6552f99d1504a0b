import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the checkout that this file is in. */
export function repositoryRoot(): string {
  for (let dir = dirname(fileURLToPath(import.meta.url)); dir !== dirname(dir); dir = dirname(dir)) {
    if (existsSync(join(dir, "pnpm-workspace.yaml"))) return dir;
  }
  throw new Error("This file is in no checkout.");
}

/** A file of the built webapp. @throws when it was not built. */
export function builtWebappFile(name: string): string {
  const file = join(repositoryRoot(), "apps/webapp/build", name);
  if (!existsSync(file)) throw new Error(`${file} is not there: run \`npm run build\` first.`);
  return file;
}
