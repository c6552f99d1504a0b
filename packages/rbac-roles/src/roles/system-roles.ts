import type { Role, RolePermission } from "@trigger.dev/plugins/rbac";
import type { EnvironmentType } from "./environment-types.js";

const BEFORE_PRODUCTION: readonly EnvironmentType[] = ["DEVELOPMENT", "STAGING", "PREVIEW"];

const everywhere = (...scopes: string[]): RolePermission[] => scopes.map((scope) => ({ scope }));
const inTypes = (environments: readonly EnvironmentType[], ...scopes: string[]): RolePermission[] =>
  scopes.map((scope) => ({ scope, environments }));

/** What there is to see without learning a secret. */
const READ_ALL_BUT_SECRETS = everywhere(
  "read:runs",
  "read:tasks",
  "read:batch",
  "read:tags",
  "read:errors",
  "read:queues",
  "read:deployments",
  "read:branches",
  "read:schedules",
  "read:sessions",
  "read:waitpoints",
  "read:prompts",
  "read:query",
  "read:projects",
  "read:members",
  "read:roles",
  "read:tokens",
);

/** The roles that every organization has, the most powerful first. */
export const SYSTEM_ROLES: readonly Role[] = [
  {
    name: "owner",
    description: "Everything, and the only role that may make and unmake owners.",
    permissions: everywhere("admin"),
  },
  {
    name: "admin",
    description: "Everything in every environment, its keys and variables included, and all people but owners.",
    permissions: everywhere("*:all", "*:apiKeys", "read:audit"),
  },
  {
    name: "developer",
    description:
      "Everything outside production. Of production all but its API keys and variables, to read; its errors also to triage.",
    permissions: [
      ...READ_ALL_BUT_SECRETS,
      ...everywhere("write:errors", "write:tokens"),
      ...inTypes(BEFORE_PRODUCTION, "*:all", "*:apiKeys"),
    ],
  },
  {
    name: "viewer",
    description: "Looks at everything but API keys and variables, and changes nothing.",
    permissions: READ_ALL_BUT_SECRETS,
  },
].map((role) => ({ ...role, kind: "system" }));

const byName: ReadonlyMap<string, Role> = new Map(SYSTEM_ROLES.map((role) => [role.name, role]));

/** The system role of exactly this name. */
export const findSystemRole = (name: string): Role | undefined => byName.get(name);

export const OWNER = "owner";
