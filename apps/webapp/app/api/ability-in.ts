import type { Ability, Environment, EnvironmentSlug } from "@trigger.dev/plugins/rbac";
import { isUser, type Caller } from "./authenticate.js";

/** The type of the environments that a slug of a path names. */
export const TYPE_OF_SLUG: Readonly<Record<EnvironmentSlug, Environment["type"]>> = {
  dev: "DEVELOPMENT",
  staging: "STAGING",
  prod: "PRODUCTION",
  preview: "PREVIEW",
};

/**
 * What a caller may do in an environment of a project that the route is about as a whole: a person what their role
 * allows there, the credential of an environment what it may do in its own.
 */
export const abilityIn = (caller: Caller, slug: EnvironmentSlug): Ability =>
  isUser(caller) ? caller.abilityIn(TYPE_OF_SLUG[slug]) : caller.ability;
