import type { RolePermission } from "@trigger.dev/plugins/rbac";
import { LRUCache } from "lru-cache";
import { compileRole, type CompiledRole } from "./compile-role.js";
import type { Where } from "./environment-types.js";
import { findSystemRole } from "./system-roles.js";
import { type CustomRoles, permissionsOf, readRoleAnswer } from "./role-answer.js";

const NOTHING: readonly string[] = Object.freeze([]);
const NOBODY: readonly RolePermission[] = [];
const MOST_COMPILED = 1000;

/** Keyed by what the permissions say, so that a changed role is another one: this holds no decision about anybody. */
const compiled = new LRUCache<string, CompiledRole>({ max: MOST_COMPILED });

function compiledFrom(permissions: readonly RolePermission[]): CompiledRole {
  const key = JSON.stringify(permissions.map(({ scope, environments }) => [scope, environments]));
  const known = compiled.get(key);
  if (known) return known;
  const made = compileRole(permissions);
  compiled.set(key, made);
  return made;
}

/** System roles are told apart by name, without writing their permissions down on every request. */
const named = new Map<string, CompiledRole>();

function compiledRole(name: string, custom: CustomRoles): CompiledRole {
  const known = named.get(name);
  if (known) return known;
  const made = compiledFrom(permissionsOf(name, custom));
  if (findSystemRole(name)) named.set(name, made);
  return made;
}

/** The names that the host vouches for: a member's role in the organization, and their token's highest. */
export interface RoleNames {
  organization: string;
  highest: string | null;
}

/**
 * The lists of scopes that roles narrow somebody to in one place: of what they are in the organization and the project
 * together, and of their token's highest role. An answer that cannot be read leaves nothing.
 */
export function roleLists(names: RoleNames, answered: unknown, where: Where): readonly (readonly string[])[] {
  const answer = readRoleAnswer(answered);
  if (!answer) return [NOTHING];
  const { project, custom } = answer;
  const { organization, highest } = names;
  const own =
    project === null
      ? compiledRole(organization, custom)
      : compiledFrom([...permissionsOf(organization, custom), ...permissionsOf(project, custom)]);
  if (highest === null) return [own(where)];
  // A custom one is not found by its name, which may be another role's here.
  const ceiling = findSystemRole(highest) ? compiledRole(highest, custom) : compiledFrom(answer.highest ?? NOBODY);
  return [own(where), ceiling(where)];
}

/** The list of a token's highest role where no organization is asked about: custom roles mean nothing there. */
export function highestRoleList(name: string): readonly string[] {
  const role = findSystemRole(name);
  return role ? compiledFrom(role.permissions)(null) : NOTHING;
}
