import type { RolePermission } from "@trigger.dev/plugins/rbac";
import { readPermissions } from "./read-permissions.js";
import { findSystemRole } from "./system-roles.js";

/** The permissions of custom roles by name; a name that is in neither these nor the system's means nothing. */
export type CustomRoles = ReadonlyMap<string, readonly RolePermission[]>;

/** What `rbac_roles.roles_of` answers: what only the plugin's own tables know of one person in one place. */
export interface RoleAnswer {
  /** The role that is granted in the project; null without one. */
  project: string | null;
  /** Those custom roles that the person has. */
  custom: CustomRoles;
  /** What the custom role allows that their token is held to; null where it is held to none of this organization's. */
  highest: readonly RolePermission[] | null;
}

const NO_CUSTOM_ROLES: CustomRoles = new Map();
const NOTHING_SPECIAL: RoleAnswer = { project: null, custom: NO_CUSTOM_ROLES, highest: null };

/** Reads the answer of the role function, which is null where there is nothing to say; null for whatever it never says. */
export function readRoleAnswer(value: unknown): RoleAnswer | null {
  if (value === null) return NOTHING_SPECIAL;
  if (!isObject(value)) return null;
  const project = read(value, "project");
  if (project !== null && typeof project !== "string") return null;
  const custom = readCustom(read(value, "custom"));
  const held = read(value, "highest") ?? null;
  const highest = held === null ? null : readPermissions(held);
  if (!custom || (held !== null && !highest)) return null;
  return { project, custom, highest };
}

/** The permissions of a role that an answer names; none for a role that is not there. */
export const permissionsOf = (name: string, custom: CustomRoles): readonly RolePermission[] =>
  findSystemRole(name)?.permissions ?? custom.get(name) ?? [];

function readCustom(value: unknown): CustomRoles | null {
  if (value === null) return NO_CUSTOM_ROLES;
  if (!isObject(value)) return null;
  const roles = new Map<string, readonly RolePermission[]>();
  for (const [name, permissions] of Object.entries(value)) {
    const known = readPermissions(permissions);
    if (!known) return null;
    roles.set(name, known);
  }
  return roles;
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An own member alone: nothing is inherited into a role. */
const read = (value: object, key: string): unknown => Object.getOwnPropertyDescriptor(value, key)?.value;
