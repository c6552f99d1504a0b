import type { EnvironmentSlug } from "@trigger.dev/plugins/rbac";
import { abilityIn } from "./ability-in.js";
import type { Caller } from "./authenticate.js";
import { insufficientScope } from "./errors.js";

/**
 * Passes when every cap of the caller covers at least one of `anyOf`.
 * @throws AppError 403 naming the scopes of which any one would do
 */
export function requireScope(caller: Pick<Caller, "ability">, anyOf: readonly string[]): void {
  if (!caller.ability.can(anyOf)) throw insufficientScope(anyOf);
}

/**
 * Those of `slugs` in whose environments of the target's project every cap of the caller covers one of `anyOf`.
 * @throws AppError 403 naming the scopes of which any one would do, when there is none
 */
export function requireScopeIn<Slug extends EnvironmentSlug>(
  caller: Caller,
  slugs: readonly Slug[],
  anyOf: readonly string[],
): Slug[] {
  const open = slugs.filter((slug) => abilityIn(caller, slug).can(anyOf));
  if (open.length === 0) throw insufficientScope(anyOf);
  return open;
}

/**
 * Passes when the caller may do a part of one of `scopes` at least, be it for a single id.
 * @throws AppError 403 naming them
 */
export function requireSome(caller: Pick<Caller, "ability">, scopes: readonly string[]): void {
  if (caller.ability.grant(scopes).granted.length === 0) throw insufficientScope(scopes);
}
