import { type Command, Option } from "commander";
import { withCommonOptions } from "./common-options.js";
import { LIMIT, parseLimit } from "./limit.js";

/** `audit …`: who did what in an organization. */
export function addAuditCommands(program: Command): void {
  const audit = program.command("audit").description("who did what in an organization");
  withCommonOptions(
    audit
      .command("list")
      .alias("ls")
      .description("print an organization's audit trail, the newest event first")
      .option("--org <slug>", "the organization; the only one that you are a member of by default")
      .option("--actor <person>", "by this person alone: an email address or an id")
      .option("--credential <id>", "by this token, and by what was made from it")
      .option("--action <actions>", "of these kinds alone, comma-separated, such as uat.mint,token.exchange")
      .addOption(new Option("--outcome <outcome>", "that ended so").choices(["allowed", "refused"]))
      .option("--request-id <id>", "of this request alone")
      .option("--from <time>", "since this time, such as 2030-01-31T09:00Z")
      .option("--to <time>", "before this time")
      .option(...LIMIT, parseLimit, "25")
      .option("--json", "print a JSON array")
      .addOption(new Option("--export <format>", "print all that there is, one JSON object a line").choices(["jsonl"])),
    ["audit list", "audit list --org main --outcome refused --json", "audit list --org main --export jsonl"],
  ).action(async (options) => (await import("./commands/list-audit.js")).listAudit(options));
}
