import { type Command, Option } from "commander";
import { withEnvironmentOptions } from "./environment-options.js";
import { LIMIT, parseLimit } from "./limit.js";

const ID = "error_1b3f0c9d2e4a5b6c7d8e9f0a1b2c3d4e";

/** `errors …`: look at the errors of an environment and triage them. */
export function addErrorCommands(program: Command): void {
  const errors = program.command("errors").description("the errors of an environment: failed runs by their cause");
  addReading(errors);
  addChanging(errors);
}

function addReading(errors: Command): void {
  withEnvironmentOptions(
    errors
      .command("list")
      .alias("ls")
      .description("print the errors of the last day, the latest first; on a terminal with a bar of its 24 hours")
      .option("--status <statuses>", "where they stand, comma-separated: unresolved, resolved, ignored")
      .option("--task <ids>", "of these tasks alone, comma-separated")
      .option("--in <versions>", "seen in one of these versions, comma-separated")
      .option("--search <text>", "with this text in the type or the message")
      .option("--period <time>", "seen within this time, such as 30m, 24h or 7d", "1d")
      .addOption(
        new Option("--sort <order>", "what comes first")
          .choices(["lastSeen", "firstSeen", "count"])
          .default("lastSeen"),
      )
      .option(...LIMIT, parseLimit, "25"),
    ["errors list --env dev --status unresolved", "errors list --env prod --period 7d --sort count --json"],
  ).action(async (options) => (await import("./commands/list-errors.js")).listErrors(options));
  withEnvironmentOptions(
    errors
      .command("get")
      .description("print one error: where it stands, why its runs are together, and the stack trace of one")
      .argument("<error-id>"),
    [`errors get ${ID} --env dev`],
  ).action(async (id, options) => (await import("./commands/get-error.js")).getError(id, options));
  withEnvironmentOptions(
    errors
      .command("activity")
      .description("print who changed an error, and what re-opened it, the latest first")
      .argument("<error-id>")
      .option(...LIMIT, parseLimit, "25"),
    [`errors activity ${ID} --env dev`],
  ).action(async (id, options) => (await import("./commands/list-error-activity.js")).listErrorActivity(id, options));
}

function addChanging(errors: Command): void {
  withEnvironmentOptions(
    errors
      .command("resolve")
      .description("mark errors as fixed; one that fails again is unresolved again")
      .argument("<error-id...>")
      .option("--in <version>", "the version with the fix, or @current: failures of older ones re-open nothing"),
    [`errors resolve ${ID} --env dev`, `errors resolve ${ID} --env prod --in 20261122.3`],
  ).action(async (ids, options) => (await import("./commands/resolve-errors.js")).resolveErrors(ids, options));
  withEnvironmentOptions(
    errors
      .command("ignore")
      .description("ignore errors, for ever or until the first limit that breaks")
      .argument("<error-id...>")
      .option("--until <time>", "a duration such as 1h, or a time")
      .option("--rate <number>", "until more than so many in a minute")
      .option("--count <number>", "until so many more")
      .option("--reason <text>", "why, for whoever reads it later"),
    [`errors ignore ${ID} --env dev --until 1h`, `errors ignore ${ID} --env prod --rate 10 --reason flaky`],
  ).action(async (ids, options) => (await import("./commands/ignore-errors.js")).ignoreErrors(ids, options));
  withEnvironmentOptions(
    errors
      .command("unresolve")
      .description("open errors again that were resolved or ignored")
      .argument("<error-id...>"),
    [`errors unresolve ${ID} --env dev`],
  ).action(async (ids, options) => (await import("./commands/unresolve-errors.js")).unresolveErrors(ids, options));
}
