import type { RolePermission } from "@trigger.dev/plugins/rbac";
import { isEnvironmentType } from "./environment-types.js";

/** Reads stored permissions; null for anything that this version does not know, so that it allows nothing. */
export function readPermissions(value: unknown): readonly RolePermission[] | null {
  if (!Array.isArray(value)) return null;
  const permissions: RolePermission[] = [];
  for (const item of value) {
    const permission = readPermission(item);
    if (!permission) return null;
    permissions.push(permission);
  }
  return permissions;
}

function readPermission(value: unknown): RolePermission | null {
  if (typeof value !== "object" || value === null) return null;
  const scope = read(value, "scope");
  if (typeof scope !== "string") return null;
  const environments = read(value, "environments");
  if (environments === undefined) return { scope };
  if (!Array.isArray(environments) || !environments.every(isEnvironmentType)) return null;
  return { scope, environments };
}

const read = (value: object, key: string): unknown => Object.getOwnPropertyDescriptor(value, key)?.value;
