import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Ability, createAbility } from "./ability.js";
import { anyCap, anyScope, anyScopeText } from "./scopes.fixtures.js";
import { formatScope } from "./scopes.js";

describe("an ability without caps", () => {
  const ability = createAbility([]);

  it("may do everything that is named", () => {
    expect(ability.can(["read:apiKeys"])).toBe(true);
    expect(ability.can(["admin"])).toBe(true);
    expect(ability.can([])).toBe(false);
  });

  it("grants all of itself, or what is asked", () => {
    expect(ability.grant(undefined)).toEqual({ granted: ["admin"], denied: [] });
    expect(ability.grant(["read:runs", "admin"])).toEqual({ granted: ["admin"], denied: [] });
    expect(ability.grant(["read:runs", "read:tasks"])).toEqual({ granted: ["read:runs", "read:tasks"], denied: [] });
  });
});

describe("an ability under caps", () => {
  it("needs one alternative of each cap", () => {
    const ability = createAbility([["read:runs:run_1"], ["read:tags:blue"]]);
    expect(ability.can(["read:runs:run_1", "read:tags:blue"])).toBe(true);
    expect(ability.can(["read:runs:run_1"])).toBe(false);
    expect(ability.can([])).toBe(false);
  });

  it("never lists a collection by a scope with an id", () => {
    expect(createAbility([["read:runs:run_1"]]).can(["read:runs"])).toBe(false);
    expect(createAbility([["read:runs"]]).can(["read:runs:run_1"])).toBe(true);
  });

  it("grants nothing for a cap that is empty or says nothing", () => {
    for (const cap of [[], ["nonsense"], ["read:all:x"], ["READ:runs"], ["admin:"], ["read:__proto__"]]) {
      const ability = createAbility([cap]);
      expect(ability.can(["read:runs"])).toBe(false);
      expect(ability.can(["read:__proto__"])).toBe(false);
      expect(ability.grant(undefined)).toEqual({ granted: [], denied: [] });
      expect(ability.grant(["read:runs"])).toEqual({ granted: [], denied: ["read:runs"] });
    }
  });

  it("reaches things whose names no scope could spell through the whole type alone", () => {
    const long = `read:tags:${"x".repeat(300)}`;
    expect(createAbility([["read:tags"]]).can([long])).toBe(true);
    expect(createAbility([["read:tags:x"]]).can([long])).toBe(false);
    expect(createAbility([[long]]).can([long])).toBe(false);
  });

  it("narrows a wide request and says that it did", () => {
    expect(createAbility([["read:runs"]]).grant(["read:all"])).toEqual({
      granted: ["read:runs"],
      denied: ["read:all"],
    });
    expect(createAbility([["*:all"]]).grant(["admin"])).toEqual({ granted: ["*:all"], denied: ["admin"] });
    expect(createAbility([["read:runs", "write:runs"]]).grant(["*:runs"])).toEqual({
      granted: ["read:runs", "write:runs"],
      denied: ["*:runs"],
    });
  });

  it("follows the request's order and names each denied scope once", () => {
    const ability = createAbility([
      ["read:all", "trigger:tasks"],
      ["*:runs", "*:tasks", "read:errors"],
    ]);
    expect(ability.grant(["read:errors", "write:tasks", "read:apiKeys", "write:tasks", "read:runs"])).toEqual({
      granted: ["read:errors", "trigger:tasks", "read:runs"],
      denied: ["write:tasks", "read:apiKeys"],
    });
  });

  it("denies and never grants a request that is no scope", () => {
    expect(createAbility([["admin"]]).grant(["read:all:x", "read:runs"])).toEqual({
      granted: ["read:runs"],
      denied: ["read:all:x"],
    });
  });

  it("never hands on the keys with `all`", () => {
    expect(createAbility([["*:all"]]).can(["read:apiKeys"])).toBe(false);
    expect(createAbility([["*:all"]]).grant(["read:apiKeys"])).toEqual({ granted: [], denied: ["read:apiKeys"] });
    expect(createAbility([["admin"]]).can(["read:apiKeys"])).toBe(true);
  });
});

/** Whether some of `abilities` may do none of `needs`. */
const refusedBy = (abilities: readonly Ability[], needs: readonly string[]) =>
  abilities.some((ability) => !ability.can(needs));

describe("whatever a child may do, its parent may", () => {
  const chain = fc.array(anyCap, { maxLength: 4 });
  const request = fc.option(fc.array(anyScopeText, { maxLength: 6 }), { nil: undefined });
  const need = anyScope.map(formatScope);

  it("over 100,000 chains of caps and requests", { timeout: 180_000 }, () => {
    let allowed = 0;
    const property = fc.property(
      chain,
      request,
      fc.array(need, { minLength: 1, maxLength: 3 }),
      (caps, requested, needs) => {
        const parent = createAbility(caps);
        const ancestors = caps.map((cap) => createAbility([cap]));
        const { granted, denied } = parent.grant(requested);
        const child = createAbility([granted]);

        const widened = granted.some((scope) => !parent.can([scope]) || refusedBy(ancestors, [scope]));
        const escaped = child.can(needs) && (!parent.can(needs) || refusedBy(ancestors, needs));
        const wronglyDenied = denied.some((scope) => parent.can([scope]));
        const unsteady = child.grant(requested).granted.toSorted().join() !== granted.toSorted().join();
        if (child.can(needs)) allowed += 1;
        return !widened && !escaped && !wronglyDenied && !unsteady;
      },
    );
    fc.assert(property, { numRuns: 100_000 });
    expect(allowed).toBeGreaterThan(5_000);
  });
});
