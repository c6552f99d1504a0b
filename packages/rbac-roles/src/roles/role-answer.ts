import type { RolePermission } from "@trigger.dev/plugins/rbac";
import { readPermissions } from "./read-permissions.js";
import { findSystemRole } from "./system-roles.js";

/**
 * What `rbac_roles.role_of` answers: the names of the roles that count for one person in one place, and the permissions
 * of those among them that are custom roles of the organization.
 */
export interface RoleAnswer {
  /** For the whole organization. */
  organization: string;
  /** Granted in the project; null without one. */
  project: string | null;
  /** The highest role of the personal access token; null where it has none. */
  highest: string | null;
  /** By name; a name that is in neither this nor the system's means nothing. */
  custom: ReadonlyMap<string, readonly RolePermission[]>;
}

/** Reads the answer of the role function; null for whatever it never says. */
export function readRoleAnswer(value: unknown): RoleAnswer | null {
  if (!isObject(value)) return null;
  const organization = read(value, "organization");
  const project = read(value, "project");
  const highest = read(value, "highest");
  if (typeof organization !== "string" || !isName(project) || !isName(highest)) return null;
  const custom = readCustom(read(value, "custom"));
  return custom && { organization, project, highest, custom };
}

/** The permissions of a role that an answer names; none for a role that is not there. */
export const permissionsOf = (name: string, { custom }: Pick<RoleAnswer, "custom">): readonly RolePermission[] =>
  findSystemRole(name)?.permissions ?? custom.get(name) ?? [];

function readCustom(value: unknown): ReadonlyMap<string, readonly RolePermission[]> | null {
  const roles = new Map<string, readonly RolePermission[]>();
  if (value === null || value === undefined) return roles;
  if (!isObject(value)) return null;
  for (const [name, permissions] of Object.entries(value)) {
    const known = readPermissions(permissions);
    if (!known) return null;
    roles.set(name, known);
  }
  return roles;
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isName = (value: unknown): value is string | null => value === null || typeof value === "string";

/** An own member alone: nothing is inherited into a role. */
const read = (value: object, key: string): unknown => Object.getOwnPropertyDescriptor(value, key)?.value;
