import type { RolePermissionItem } from "@trigger.dev/core/v3";
import { UsageError } from "./usage-error.js";

const TYPES = { dev: "DEVELOPMENT", staging: "STAGING", preview: "PREVIEW", prod: "PRODUCTION" } as const;

const isEnvironment = (text: string): text is keyof typeof TYPES => Object.hasOwn(TYPES, text);

/** Collects `--allow read:runs` and `--allow read:runs@prod,staging`. */
export function collectPermission(text: string, before: RolePermissionItem[] = []): RolePermissionItem[] {
  const [, scope = text, list] = /^(.+)@([a-z]+(?:,[a-z]+)*)$/.exec(text) ?? [];
  const environments = list?.split(",").map((name) => {
    if (!isEnvironment(name)) throw new UsageError(`--allow takes environments of ${Object.keys(TYPES).join(", ")}.`);
    return TYPES[name];
  });
  return [...before, { scope, ...(environments ? { environments } : {}) }];
}

/** A permission as `--allow` takes it. */
export function permissionText({ scope, environments }: RolePermissionItem): string {
  if (!environments) return scope;
  const names = Object.entries(TYPES).flatMap(([name, type]) => (environments.includes(type) ? [name] : []));
  return `${scope}@${names.join(",")}`;
}
