import { MigrationError } from "@trigger.dev/database";
import { CommanderError } from "commander";
import { AppError } from "../app/api/errors.js";
import { createProgram } from "./admin/program.js";
import { ConfigError } from "./config.js";
import { scrub } from "./log.js";

const HELP_CODES = new Set(["commander.helpDisplayed", "commander.version"]);

const errorCode = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);

/** One sentence for the operator, without secrets and without a stack. */
function sentenceOf(error: unknown): string {
  if (error instanceof CommanderError) {
    if (error.code === "commander.help")
      return "Say what to do, as in: npm run admin -- user create --email ada@example.com. --help lists everything.";
    return error.message.replace(/^error: /, "").replaceAll(/\s*\n\s*/g, " ");
  }
  if (error instanceof AppError || error instanceof ConfigError || error instanceof MigrationError)
    return error.message;
  if (errorCode(error) === "42P01") return "The database has no schema yet: npm run admin -- db migrate makes it.";
  const message =
    error instanceof AggregateError
      ? error.errors.map(String).join("; ")
      : error instanceof Error
        ? error.message
        : String(error);
  return `The database or the machine refused: ${scrub(message)}`;
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
