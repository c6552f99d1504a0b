import { Command } from "commander";
import { addAuditCommands } from "./add-audit-commands.js";
import { addErrorCommands } from "./add-error-commands.js";
import { addMemberCommands, addPolicyCommands, addRoleCommands } from "./add-organization-commands.js";
import { addRunCommands, addTaskCommands } from "./add-run-commands.js";
import { collectCap } from "./cap.js";
import { withCommonOptions } from "./common-options.js";
import { redact } from "./terminal-text.js";
import { version } from "./version.js";

/** Every command, each loading its own code when it is called. */
export function createProgram(): Command {
  const program = new Command("trigger.dev")
    .description("Sign in, mint delegated tokens, trigger tasks, read their runs and triage their errors.")
    .version(version, "-v, --version", "print the version")
    .exitOverride()
    .configureOutput({ writeErr: (text) => void process.stderr.write(redact(text)) })
    .showHelpAfterError("See trigger.dev --help.");

  withCommonOptions(
    program
      .command("login")
      .description("sign in: approve in a browser; the token goes into a profile")
      .option("--no-browser", "print the page's address only"),
    ["login", "login --no-browser -a https://trigger.example.com --profile work"],
  ).action(async (options) => (await import("./commands/login.js")).login(options));

  withCommonOptions(program.command("logout").description("forget a profile and its token"), [
    "logout",
    "logout --profile work",
  ]).action(async (options) => (await import("./commands/logout.js")).logout(options));

  withCommonOptions(
    program
      .command("whoami")
      .description("print who you are")
      .option("-p, --project-ref <ref>", "a project to show as well")
      .option("--json", "print one JSON object"),
    ["whoami", "whoami --json --profile work"],
  ).action(async (options) => (await import("./commands/whoami.js")).whoami(options));

  withCommonOptions(
    program
      .command("list-profiles")
      .description("print the profiles of the configuration file")
      .option("--json", "print one JSON object"),
    ["list-profiles", "list-profiles --json"],
  ).action(async (options) => (await import("./commands/list-profiles.js")).listProfiles(options));

  withCommonOptions(
    program
      .command("switch")
      .description("make a profile the current one")
      .argument("[profile]", "the profile; asked for on a terminal"),
    ["switch work"],
  ).action(async (profile, options) => (await import("./commands/switch-profile.js")).switchProfile(profile, options));

  addListings(program);
  addRunCommands(program);
  addTaskCommands(program);
  addErrorCommands(program);
  addAuditCommands(program);
  addMemberCommands(program);
  addRoleCommands(program);
  addPolicyCommands(program);

  withCommonOptions(
    program
      .command("mint-token")
      .description("mint a short-lived token that acts as you, and print it alone on standard output")
      .option("--ttl <time>", "its life: seconds or a duration such as 30m; an hour by default")
      .option("--cap <scopes>", "what it may do at most, comma-separated; may be repeated", collectCap)
      .option("--client <label>", "who will hold it, for the list of tokens and the audit trail", "cli")
      .option("--json", "print one JSON object with the token in it"),
    [
      "mint-token --ttl 30m --cap read:runs,read:tasks --client nightly-report",
      "mint-token --cap read:runs --cap trigger:tasks:hello --json",
    ],
  ).action(async (options) => (await import("./commands/mint-token.js")).mintToken(options));

  return program;
}

function addListings(program: Command): void {
  const organizations = program.command("orgs").description("your organizations");
  withCommonOptions(
    organizations
      .command("list")
      .alias("ls")
      .description("print the organizations that you are a member of")
      .option("--json", "print a JSON array"),
    ["orgs list", "orgs list --json"],
  ).action(async (options) => (await import("./commands/list-organizations.js")).listOrganizations(options));

  const projects = program.command("projects").description("your projects");
  withCommonOptions(
    projects
      .command("list")
      .alias("ls")
      .description("print the projects that you can see")
      .option("--json", "print a JSON array"),
    ["projects list", "projects list --json"],
  ).action(async (options) => (await import("./commands/list-projects.js")).listProjects(options));
}
