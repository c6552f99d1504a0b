import { type Command, Option } from "commander";
import { collectCap } from "./cap.js";
import { withCommonOptions } from "./common-options.js";
import { collectPermission } from "./role-permission.js";

const collect = (text: string, before: string[] = []): string[] => [...before, text];

/** Adds the options of what is about one organization, and the common ones. */
function withOrganizationOptions(command: Command, examples: string[]): Command {
  return withCommonOptions(
    command
      .option("--org <slug>", "the organization; the only one that you are a member of by default")
      .option("--json", "print JSON in one line"),
    examples,
  );
}

const YES = ["-y, --yes", "do not ask"] as const;

/** `members …` and `invitations …`: who belongs to an organization. */
export function addMemberCommands(program: Command): void {
  const members = program.command("members").description("who belongs to an organization, and as what");
  withOrganizationOptions(members.command("list").alias("ls").description("print the members and their roles"), [
    "members list",
    "members list --org acme --json",
  ]).action(async (options) => (await import("./commands/members.js")).listMembers(options));
  withOrganizationOptions(
    members
      .command("invite")
      .description("invite whoever has an address; they become a member when they accept")
      .argument("<email>")
      .option("--role <role>", "what they will be; developer by default"),
    ["members invite grace@example.com --role viewer"],
  ).action(async (email, options) => (await import("./commands/members.js")).inviteMember(email, options));
  withOrganizationOptions(
    members
      .command("set-role")
      .description("give a member another role, from their next request on")
      .argument("<member>", "an email address or an id")
      .argument("<role>"),
    ["members set-role grace@example.com admin"],
  ).action(async (member, role, options) =>
    (await import("./commands/members.js")).setMemberRole(member, role, options),
  );
  withOrganizationOptions(
    members
      .command("remove")
      .alias("rm")
      .description("end a membership and all that was derived from it, or take an invitation back")
      .argument("<member>", "an email address or an id")
      .option(...YES),
    ["members remove grace@example.com --yes"],
  ).action(async (member, options) => (await import("./commands/members.js")).removeMember(member, options));

  const invitations = program.command("invitations").description("invitations to yourself");
  withCommonOptions(
    invitations.command("list").alias("ls").description("print them").option("--json", "print a JSON array"),
    ["invitations list"],
  ).action(async (options) => (await import("./commands/invitations.js")).listInvitations(options));
  withCommonOptions(
    invitations
      .command("accept")
      .description("become a member")
      .argument("<invitation-id>")
      .option("--json", "print one JSON object"),
    ["invitations accept invite_0mwrnudhccd2rovdzyr6usjl"],
  ).action(async (id, options) => (await import("./commands/invitations.js")).acceptInvitation(id, options));
}

/** `roles …`: what members may do. */
export function addRoleCommands(program: Command): void {
  const roles = program.command("roles").description("what members of an organization may do");
  withOrganizationOptions(roles.command("list").alias("ls").description("print the roles and what they allow"), [
    "roles list",
    "roles list --json",
  ]).action(async (options) => (await import("./commands/roles.js")).listRoles(options));
  const described = (command: Command) =>
    command
      .option(
        "--allow <scope>",
        "a scope, everywhere or as in read:runs@prod,staging; may be repeated",
        collectPermission,
      )
      .option("--description <text>", "what the role is for");
  withOrganizationOptions(described(roles.command("create").description("make a role").argument("<role>")), [
    "roles create run-watcher --allow read:runs@prod --allow read:errors",
  ]).action(async (name, options) => (await import("./commands/roles.js")).createRole(name, options));
  withOrganizationOptions(
    described(roles.command("update").description("change a role for all who have it").argument("<role>")),
    ["roles update run-watcher --allow read:runs --allow read:errors"],
  ).action(async (name, options) => (await import("./commands/roles.js")).updateRole(name, options));
  withOrganizationOptions(
    roles
      .command("delete")
      .alias("rm")
      .description("delete a role")
      .argument("<role>")
      .option("--force", "also one that members have: they may do nothing then")
      .option(...YES),
    ["roles delete run-watcher --yes"],
  ).action(async (name, options) => (await import("./commands/roles.js")).deleteRole(name, options));
  withOrganizationOptions(
    roles
      .command("assign")
      .description("give a member a role")
      .argument("<role>")
      .argument("<member>", "an email address or an id")
      .option("-p, --project-ref <ref>", "as a further role in this project alone"),
    [
      "roles assign run-watcher grace@example.com",
      "roles assign admin grace@example.com -p proj_t2wz7110pekf4eu470yb2r80",
    ],
  ).action(async (role, member, options) => (await import("./commands/roles.js")).assignRole(role, member, options));
  withOrganizationOptions(
    roles
      .command("unassign")
      .description("take a member's role in a project away")
      .argument("<member>", "an email address or an id")
      .requiredOption("-p, --project-ref <ref>", "the project"),
    ["roles unassign grace@example.com -p proj_t2wz7110pekf4eu470yb2r80"],
  ).action(async (member, options) => (await import("./commands/roles.js")).unassignRole(member, options));
}

/** `policy …`: what an organization asks of tokens. */
export function addPolicyCommands(program: Command): void {
  const policy = program.command("policy").description("what an organization asks of the tokens that are used in it");
  withOrganizationOptions(policy.command("get").description("print the policy"), [
    "policy get",
    "policy get --json",
  ]).action(async (options) => (await import("./commands/policy.js")).getPolicy(options));
  withOrganizationOptions(
    policy
      .command("set")
      .description("change rules, for every token from its next request on")
      .option("--max-token-ttl <time>", "the longest life of a token: seconds or a duration such as 24h")
      .option("--default-cap <scopes>", "what a token without a cap may do at most, comma-separated", collectCap)
      .addOption(
        new Option("--capless <yes|no>", "whether tokens without a cap are let in where there is no default").choices([
          "yes",
          "no",
        ]),
      )
      .option("--allowed-client <label>", "a client label that is let in; may be repeated", collect)
      .option("--mints-per-minute <number>", "mints from one personal access token")
      .option("--exchanges-per-minute <number>", "exchanges of one token")
      .option("--clear <rule>", "a rule to take back, such as clients; may be repeated", collect),
    [
      "policy set --max-token-ttl 24h --default-cap read:all",
      "policy set --capless no --allowed-client ci --allowed-client nightly-report",
      "policy set --clear clients",
    ],
  ).action(async (options) => (await import("./commands/policy.js")).setPolicy(options));
}
