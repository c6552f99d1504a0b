import type { Caller } from "./authenticate.js";
import { insufficientScope } from "./errors.js";

/**
 * Passes when every cap of the caller covers at least one of `anyOf`.
 * @throws AppError 403 naming the scopes of which any one would do
 */
export function requireScope(caller: Pick<Caller, "ability">, anyOf: readonly string[]): void {
  if (!caller.ability.can(anyOf)) throw insufficientScope(anyOf);
}
