import { type Command, Option } from "commander";
import { LOG_LEVELS, type LogLevel } from "./terminal.js";

/** The options that every command has. */
export interface CommonOptions {
  apiUrl?: string;
  profile?: string;
  logLevel: LogLevel;
}

/** Adds them, and examples at the end of the help. */
export function withCommonOptions(command: Command, examples: string[]): Command {
  return command
    .option("-a, --api-url <url>", "the server (TRIGGER_API_URL)")
    .option("--profile <name>", "the profile of the configuration file; its current one by default")
    .addOption(new Option("-l, --log-level <level>", "how much to say").choices(LOG_LEVELS).default("log"))
    .addOption(new Option("--skip-telemetry", "nothing is ever sent; taken for compatibility").hideHelp())
    .addHelpText("after", `\nExamples:\n${examples.map((line) => `  $ trigger.dev ${line}`).join("\n")}`);
}
