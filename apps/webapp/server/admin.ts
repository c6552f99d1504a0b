import { CommanderError } from "commander";
import { createProgram } from "./admin/program.js";
import { explainFailure } from "./explain-failure.js";
import { scrub } from "./log.js";

const HELP_CODES = new Set(["commander.helpDisplayed", "commander.version"]);

/** One sentence for the operator, without secrets and without a stack. */
function sentenceOf(error: unknown): string {
  if (error instanceof CommanderError) {
    if (error.code === "commander.help") {
      return "Say what to do, as in: npm run admin -- user create --email ada@example.com. --help lists everything.";
    }
    return error.message.replace(/^error: /, "").replaceAll(/\s*\n\s*/g, " ");
  }
  return scrub(
    (explainFailure(error) ?? (error instanceof Error ? error.message : String(error))).replace(/[\w)"]$/, "$&."),
  );
}

async function main(): Promise<void> {
  try {
    await createProgram().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError && HELP_CODES.has(error.code)) return;
    process.stderr.write(`${sentenceOf(error)}\n`);
    process.exitCode = 1;
  }
}

await main();
