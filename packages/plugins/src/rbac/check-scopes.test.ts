import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkScopes } from "./check-scopes.js";
import { anyScope } from "./scopes.fixtures.js";
import { formatScope, parseScope } from "./scopes.js";

const problems = (texts: string[]) => {
  const checked = checkScopes(texts);
  return checked.ok ? [] : checked.problems;
};

describe("checkScopes", () => {
  it("answers good scopes as they were given", () => {
    const texts = ["read:runs", "admin", "read:tags:env:staging"];
    expect(checkScopes(texts)).toEqual({ ok: true, scopes: texts });
  });

  it("names every bad scope with the nearest good one", () => {
    expect(problems(["read:run", "read:runs", "wirte:errors"])).toEqual([
      {
        scope: "read:run",
        message: '"read:run" is not a scope; the nearest one is "read:runs".',
        suggestion: "read:runs",
      },
      {
        scope: "wirte:errors",
        message: '"wirte:errors" is not a scope; the nearest one is "write:errors".',
        suggestion: "write:errors",
      },
    ]);
  });

  it.each([
    ["READ:RUNS", "read:runs"],
    ["read:runs:", "read:runs"],
    ["read:all:x", "read:all"],
    ["read", "read:all"],
    ["admin:", "admin"],
    ["admin:all", "admin"],
    ["Admin", "admin"],
    ["runs:read", "read:runs"],
    ["read:apikeys", "read:apiKeys"],
    ["read:envVars:NAME", "read:envvars:NAME"],
    ["batchtrigger:tasks", "batchTrigger:tasks"],
    ["re\u200Bad:runs", "read:runs"],
    ["ｒｅａｄ:runs", "read:runs"],
    ["read:tag:env:staging", "read:tags:env:staging"],
    ["read:runs:a\nb", "read:runs:ab"],
    ["*", "*:all"],
  ])("suggests for %j %s", (text, suggestion) => {
    expect(problems([text])[0]?.suggestion).toBe(suggestion);
  });

  it("refuses an empty list, a long list, a long scope and a heavy list", () => {
    expect(problems([])).toHaveLength(1);
    expect(checkScopes(Array.from({ length: 64 }, () => "read:runs")).ok).toBe(true);
    expect(problems(Array.from({ length: 65 }, () => "read:runs"))).toHaveLength(1);
    expect(problems(["read:runs", `read:runs:${"x".repeat(247)}`])).toHaveLength(1);
    expect(checkScopes(Array.from({ length: 64 }, () => `read:runs:${"x".repeat(246)}`)).ok).toBe(true);
    expect(problems(Array.from({ length: 64 }, () => `read:runs:${"語".repeat(246)}`))).toHaveLength(1);
  });

  it("shows a short piece of a huge scope, and quickly", () => {
    const started = performance.now();
    const [problem] = problems(["x:".repeat(500_000)]);
    expect(performance.now() - started).toBeLessThan(200);
    expect(problem?.scope.length).toBeLessThan(100);
    expect(problem?.message.length).toBeLessThan(300);
  });

  it("accepts every scope of the grammar, and suggests a good one for everything else", () => {
    fc.assert(
      fc.property(anyScope, (scope) => {
        expect(checkScopes([formatScope(scope)]).ok).toBe(true);
      }),
    );
    const nearly = fc.tuple(anyScope.map(formatScope), fc.nat(), fc.string({ maxLength: 3 }));
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      nearly.map(
        ([good, at, noise]) => good.slice(0, at % (good.length + 1)) + noise + good.slice(at % (good.length + 1)),
      ),
    );
    fc.assert(
      fc.property(text, (any) => {
        const suggestions = problems([any]).map(({ suggestion }) => suggestion);
        for (const suggestion of suggestions) expect(suggestion && parseScope(suggestion)).toBeTruthy();
        expect(suggestions.length === 0).toBe(parseScope(any) !== null);
      }),
      { numRuns: 5_000 },
    );
  });
});
