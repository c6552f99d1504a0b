// Generates the Prisma client into generated/prisma.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const packageDir = dirname(dirname(fileURLToPath(import.meta.url)));
const prisma = createRequire(import.meta.url).resolve("prisma/build/index.js");

// Generating needs no schema engine, yet Prisma downloads one unless it is told of a binary. Only here: with
// the same variable set, `prisma migrate` succeeds and does nothing.
const result = spawnSync(process.execPath, [prisma, "generate", "--no-hints"], {
  cwd: packageDir,
  env: {
    ...process.env,
    PRISMA_SCHEMA_ENGINE_BINARY: existsSync("/bin/true") ? "/bin/true" : "/usr/bin/true",
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
    CHECKPOINT_DISABLE: "1",
  },
  encoding: "utf8",
});
if (result.status !== 0) {
  process.stderr.write(`${result.stdout}${result.stderr}${result.error?.message ?? ""}\n`);
  process.exit(result.status ?? 1);
}
