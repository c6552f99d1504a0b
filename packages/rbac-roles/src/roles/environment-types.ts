import type { Environment } from "@trigger.dev/plugins/rbac";

export type EnvironmentType = Environment["type"];

export const ENVIRONMENT_TYPES = [
  "DEVELOPMENT",
  "STAGING",
  "PREVIEW",
  "PRODUCTION",
] as const satisfies readonly EnvironmentType[];

/** Where a permission is asked for: in an environment of a type, or (null) of what belongs to no environment. */
export type Where = EnvironmentType | null;

export const EVERYWHERE: readonly Where[] = [null, ...ENVIRONMENT_TYPES];

export const isEnvironmentType = (value: unknown): value is EnvironmentType =>
  ENVIRONMENT_TYPES.some((type) => type === value);
