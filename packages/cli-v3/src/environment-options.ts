import { type Command, Option } from "commander";
import { withCommonOptions } from "./common-options.js";
import { ENVIRONMENTS } from "./environment-session.js";

/** Adds the options of what works in one environment, and the common ones. */
export function withEnvironmentOptions(command: Command, examples: string[]): Command {
  return withCommonOptions(
    command
      .option("-p, --project-ref <ref>", "the project (TRIGGER_PROJECT_REF; that of trigger.config.ts in this folder)")
      .addOption(new Option("-e, --env <environment>", "the environment").choices(ENVIRONMENTS).default("prod"))
      .option("--branch <name>", "the branch of a preview or dev environment")
      .option("--json", "print JSON in one line"),
    examples,
  );
}
