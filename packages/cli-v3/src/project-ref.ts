import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "./usage-error.js";

const CONFIG_FILES = ["trigger.config.ts", "trigger.config.mts", "trigger.config.js", "trigger.config.mjs"];
/** As the configuration of a task project spells it. The file is read, never run. */
const PROJECT = /\bproject:\s*["'`](proj_[a-z0-9]+)["'`]/;

/** The project that a command is about: the option's, TRIGGER_PROJECT_REF's, or that of the task project in this folder. */
export async function findProjectRef(option: string | undefined, folder: string = process.cwd()): Promise<string> {
  const named = option ?? (process.env["TRIGGER_PROJECT_REF"] || undefined);
  if (named !== undefined) return named;
  for (const name of CONFIG_FILES) {
    const text = await readFile(join(folder, name), "utf8").catch(() => "");
    const [, ref] = PROJECT.exec(text) ?? [];
    if (ref !== undefined) return ref;
  }
  throw new UsageError(
    "Which project? Name it with --project-ref or TRIGGER_PROJECT_REF, or call this where its trigger.config.ts lies.",
  );
}
