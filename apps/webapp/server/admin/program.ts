import { Command, CommanderError, Option } from "commander";
import { z } from "zod";
import { addMemberCommand } from "./add-member.js";
import type { BoundCommand } from "./command.js";
import { createOrganizationCommand } from "./create-organization.js";
import { createPersonalAccessTokenCommand } from "./create-personal-access-token.js";
import { createProjectCommand } from "./create-project.js";
import { createSignInLinkCommand } from "./create-sign-in-link.js";
import { createUserCommand } from "./create-user.js";
import { deleteProjectCommand } from "./delete-project.js";
import { deleteUserCommand } from "./delete-user.js";
import { getPolicyCommand } from "./get-policy.js";
import { listMembersCommand } from "./list-members.js";
import { listOrganizationsCommand } from "./list-organizations.js";
import { listPersonalAccessTokensCommand } from "./list-personal-access-tokens.js";
import { listProjectsCommand } from "./list-projects.js";
import { listTokensCommand } from "./list-tokens.js";
import { listUsersCommand } from "./list-users.js";
import { migrateDatabaseCommand } from "./migrate-database.js";
import { asOperator } from "./operator.js";
import { rebuildErrorsCommand } from "./rebuild-errors.js";
import { removeMemberCommand } from "./remove-member.js";
import { revokePersonalAccessTokenCommand } from "./revoke-personal-access-token.js";
import { revokeTokenCommand } from "./revoke-token.js";
import { retainAuditCommand } from "./retain-audit.js";
import { rotateEnvironmentKeyCommand } from "./rotate-environment-key.js";
import { rotateSecretCommand } from "./rotate-secret.js";
import { setMemberRoleCommand } from "./set-member-role.js";
import { setPolicyCommand } from "./set-policy.js";
import { showAuditHeadCommand } from "./show-audit-head.js";
import { showDatabaseStatusCommand } from "./show-database-status.js";
import { verifyAuditCommand } from "./verify-audit.js";
import { verifyErrorsCommand } from "./verify-errors.js";

const CALL = "npm run admin --";

const NOUNS: Record<string, string> = {
  user: "people's accounts",
  org: "organizations",
  project: "projects and their environments",
  member: "who belongs to an organization",
  policy: "what organizations ask of tokens",
  pat: "personal access tokens",
  token: "user-actor tokens",
  environment: "environments' keys",
  error: "the counts of errors",
  secret: "the instance's key rings",
  audit: "the audit trail",
  db: "the database's schema",
};

/** Every call that the tool knows. */
export const COMMANDS: readonly BoundCommand[] = [
  createUserCommand,
  listUsersCommand,
  deleteUserCommand,
  createSignInLinkCommand,
  createOrganizationCommand,
  listOrganizationsCommand,
  createProjectCommand,
  listProjectsCommand,
  deleteProjectCommand,
  addMemberCommand,
  listMembersCommand,
  setMemberRoleCommand,
  removeMemberCommand,
  getPolicyCommand,
  setPolicyCommand,
  createPersonalAccessTokenCommand,
  listPersonalAccessTokensCommand,
  revokePersonalAccessTokenCommand,
  listTokensCommand,
  revokeTokenCommand,
  rotateEnvironmentKeyCommand,
  rotateSecretCommand,
  verifyAuditCommand,
  showAuditHeadCommand,
  retainAuditCommand,
  verifyErrorsCommand,
  rebuildErrorsCommand,
  migrateDatabaseCommand,
  showDatabaseStatusCommand,
];

const kebab = (key: string): string => key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const Meta = z.object({ value: z.string().optional(), description: z.string() });

const metaOf = (type: z.core.$ZodType): unknown =>
  z.globalRegistry.get(type) ?? (type instanceof z.ZodOptional ? z.globalRegistry.get(type.unwrap()) : undefined);

function optionOf(key: string, type: z.core.$ZodType): Option {
  const { value, description } = Meta.parse(metaOf(type));
  const option = new Option(`--${kebab(key)}${value === undefined ? "" : ` ${value}`}`, description);
  option.makeOptionMandatory(value !== undefined && !z.safeParse(type, undefined).success);
  // Else the last one would be taken, without a word.
  const once = (text: string, before: unknown): string => {
    if (before === undefined) return text;
    throw new CommanderError(1, "admin.options", `--${kebab(key)} was given twice.`);
  };
  return value === undefined ? option : option.argParser(once);
}

/** As `z.object().parse` complains, but with options' names. */
function complaint(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue ? `--${kebab(issue.path.join("."))}: ${issue.message}.` : "The call is wrong.";
}

function addCommand(noun: Command, bound: BoundCommand): void {
  const [, verb = ""] = bound.name.split(" ");
  const command = noun.command(verb).description(bound.summary).allowExcessArguments(false);
  for (const [key, type] of Object.entries(bound.shape)) command.addOption(optionOf(key, type));
  command.option("--json", "answer with one JSON object and nothing else");
  command.addHelpText("after", `\nExamples:\n${bound.examples.map((example) => `  ${CALL} ${example}`).join("\n")}`);
  command.action(async (given: Record<string, unknown>) => {
    const { json, ...options } = given;
    try {
      const { answer, text, failed } = await asOperator((operator) => bound.call(operator, options), {
        withRoles: bound.usesRoles ?? false,
      });
      process.stdout.write(`${json === true ? JSON.stringify(answer) : text}\n`);
      if (failed) process.exitCode = 1;
    } catch (error) {
      throw error instanceof z.ZodError ? new CommanderError(1, "admin.options", complaint(error)) : error;
    }
  });
}

/** The whole tool. Parsing throws `CommanderError` for help and for wrong calls, and prints nothing but help. */
export function createProgram(): Command {
  const program = new Command("admin")
    .usage("<noun> <verb> [options]")
    .description("The operator's tool: it works on the database that the server uses, also while the server runs.")
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .addHelpText(
      "after",
      `\nExamples:\n  ${CALL} user create --email ada@example.com\n  ${CALL} project create --help`,
    );
  const nouns = new Map<string, Command>();
  for (const [name, summary] of Object.entries(NOUNS)) {
    const verbs = COMMANDS.filter((bound) => bound.name.startsWith(`${name} `)).map(
      (bound) => bound.name.split(" ")[1],
    );
    const noun = program.command(name).description(summary).usage("<verb> [options]").helpCommand(false);
    noun.allowUnknownOption().allowExcessArguments();
    noun.action(() => {
      throw new CommanderError(1, "admin.verb", `Say what to do with ${name}: ${verbs.join(", ")}.`);
    });
    nouns.set(name, noun);
  }
  for (const bound of COMMANDS) {
    const noun = nouns.get(bound.name.split(" ")[0] ?? "");
    if (!noun) throw new Error(`${bound.name} has no noun`);
    addCommand(noun, bound);
  }
  return program;
}
