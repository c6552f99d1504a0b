import * as fc from "fast-check";
import { ACTIONS, formatScope, RESOURCE_TYPES, type Scope } from "./scopes.js";

/** Few ids, so that generated scopes meet often; one holds colons. */
const id = fc.constantFrom("a", "b", "env:staging");

/** Every kind of scope, valid by construction. */
export const anyScope: fc.Arbitrary<Scope> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Scope>({ kind: "admin" }) },
  {
    weight: 20,
    arbitrary: fc
      .record({
        action: fc.constantFrom(...ACTIONS),
        type: fc.oneof(fc.constantFrom("all", "runs", "tasks", "apiKeys"), fc.constantFrom(...RESOURCE_TYPES)),
        id: fc.option(id),
      })
      .map(({ action, type, id: name }): Scope => {
        return { kind: "resource", action, type, id: type === "all" ? null : name };
      }),
  },
);

/** What a scope list of a token can hold: mostly scopes, and now and then something that is none. */
export const anyScopeText: fc.Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: anyScope.map(formatScope) },
  { weight: 1, arbitrary: fc.constantFrom("", "read", "read:all:x", "admin:all", "read:__proto__", "READ:runs", "*") },
);

export const anyCap: fc.Arbitrary<string[]> = fc.array(anyScopeText, { maxLength: 5 });
