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
 * Passes when the caller may do a part of one of `scopes` at least, be it for a single id.
 * @throws AppError 403 naming them
 */
export function requireSome(caller: Pick<Caller, "ability">, scopes: readonly string[]): void {
  if (caller.ability.grant(scopes).granted.length === 0) throw insufficientScope(scopes);
}
