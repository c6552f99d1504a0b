#!/usr/bin/env node
import { existsSync } from "node:fs";

const entry = new URL("../dist/index.js", import.meta.url);
if (existsSync(entry)) {
  const { main } = await import(entry.href);
  await main(process.argv);
} else {
  process.stderr.write(
    "The command is not built yet. In the repository's root: npm start, or pnpm --filter trigger.dev build\n",
  );
  process.exitCode = 1;
}
