import * as fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { anyScope } from "./scopes.fixtures.js";
import {
  type Action,
  ACTIONS,
  covers,
  formatScope,
  meet,
  meetAll,
  parseScope,
  RESOURCE_TYPES,
  type Scope,
} from "./scopes.js";

const scope = (text: string): Scope => {
  const parsed = parseScope(text);
  if (!parsed) throw new Error(`${text} is no scope`);
  return parsed;
};
const met = (a: string, b: string) => {
  const lower = meet(scope(a), scope(b));
  return lower && formatScope(lower);
};

const all = (...lists: string[][]) => meetAll(lists.map((list) => list.map(scope))).map(formatScope);

describe("parseScope", () => {
  it("reads every action on every type", () => {
    for (const action of ACTIONS) {
      for (const type of RESOURCE_TYPES) {
        expect(parseScope(`${action}:${type}`)).toEqual({ kind: "resource", action, type, id: null });
      }
    }
  });

  it("lets only the first two colons separate", () => {
    expect(parseScope("read:tags:env:staging")).toEqual({
      kind: "resource",
      action: "read",
      type: "tags",
      id: "env:staging",
    });
    expect(parseScope("read:tags::")).toEqual({ kind: "resource", action: "read", type: "tags", id: ":" });
  });

  it("takes an id of any script, but no control character", () => {
    expect(parseScope("read:tags:größe 東京 🙂")).not.toBeNull();
    for (const control of ["\n", "\0", "\u007F", "\u0085", "\uD800"]) {
      expect(parseScope(`read:tags:a${control}b`)).toBeNull();
    }
  });

  it("takes 256 characters and no more", () => {
    expect(parseScope(`read:runs:${"x".repeat(246)}`)).not.toBeNull();
    expect(parseScope(`read:runs:${"x".repeat(247)}`)).toBeNull();
  });

  it.each([
    "",
    ":",
    "::",
    "admin:",
    "admin:all",
    "admin:all:x",
    "Admin",
    "admin ",
    " admin",
    "read",
    "read:",
    "read::",
    "read::x",
    ":runs",
    "read:runs:",
    "read:all:x",
    "read:all:",
    "*:all:x",
    "*",
    "*:*",
    "READ:runs",
    "read:RUNS",
    "read:apikeys",
    "batchtrigger:tasks",
    "read:run",
    "reads:runs",
    "delete:runs",
    "read :runs",
    "read: runs",
    "read:runs ",
    "read\n:runs",
    "read:\u0000runs",
    "ｒｅａｄ:runs",
    "read:ｒｕｎｓ",
    "re\u200Bad:runs",
    "read\uFF1Aruns",
    "rеad:runs",
    "read:__proto__",
    "__proto__:runs",
    "read:constructor",
    "constructor:runs",
    "read:toString",
    "hasOwnProperty:runs",
    "read:__proto__:x",
    "read,write:runs",
    "read:runs,tasks",
  ])("refuses %j", (text) => {
    expect(parseScope(text)).toBeNull();
  });

  it("reads back what formatScope wrote, and nothing but what it writes", () => {
    fc.assert(
      fc.property(anyScope, (any) => {
        expect(parseScope(formatScope(any))).toEqual(any);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parseScope(text);
        expect(parsed === null || formatScope(parsed) === text).toBe(true);
      }),
    );
  });

  it("narrows to the words of the grammar", () => {
    const parsed = parseScope("read:runs");
    expectTypeOf(parsed).toEqualTypeOf<Scope | null>();
    expectTypeOf<Action>().toEqualTypeOf<"read" | "write" | "trigger" | "batchTrigger" | "*">();
  });
});

describe("covers", () => {
  it.each([
    ["admin", "read:apiKeys"],
    ["admin", "*:all"],
    ["read:all", "read:runs"],
    ["read:all", "read:runs:run_1"],
    ["read:runs", "read:runs:run_1"],
    ["write:tasks", "trigger:tasks"],
    ["write:tasks", "batchTrigger:tasks:x"],
    ["write:all", "trigger:tasks:x"],
    ["*:runs", "write:runs"],
    ["*:apiKeys", "read:apiKeys"],
    ["*:audit", "read:audit"],
  ])("%s covers %s", (parent, child) => {
    expect(covers(scope(parent), scope(child))).toBe(true);
  });

  it.each([
    ["*:all", "admin"],
    ["*:all", "read:apiKeys"],
    ["read:all", "read:apiKeys"],
    ["*:all", "read:audit"],
    ["read:all", "read:audit"],
    ["read:apiKeys", "read:all"],
    ["write:runs", "read:runs"],
    ["trigger:tasks", "write:tasks"],
    ["trigger:tasks", "batchTrigger:tasks"],
    ["write:runs", "trigger:tasks"],
    ["write:runs", "*:runs"],
    ["read:runs:run_1", "read:runs"],
    ["read:runs:run_1", "read:runs:run_2"],
    ["read:runs:run_1", "read:runs:run_1:x"],
    ["read:runs", "read:all"],
  ])("%s does not cover %s", (parent, child) => {
    expect(covers(scope(parent), scope(child))).toBe(false);
  });

  it("is a partial order", () => {
    fc.assert(
      fc.property(anyScope, anyScope, anyScope, (a, b, c) => {
        expect(covers(a, a)).toBe(true);
        expect(!(covers(a, b) && covers(b, a)) || formatScope(a) === formatScope(b)).toBe(true);
        expect(!(covers(a, b) && covers(b, c)) || covers(a, c)).toBe(true);
      }),
      { numRuns: 20_000 },
    );
  });
});

describe("meet", () => {
  it.each([
    ["read:all", "read:runs", "read:runs"],
    ["*:runs", "read:all", "read:runs"],
    ["*:all", "write:runs:run_1", "write:runs:run_1"],
    ["write:all", "*:tasks:x", "write:tasks:x"],
    ["write:all", "trigger:tasks", "trigger:tasks"],
    ["admin", "read:apiKeys", "read:apiKeys"],
    ["*:all", "read:apiKeys", null],
    ["read:runs", "write:runs", null],
    ["read:runs:a", "read:runs:b", null],
    ["trigger:tasks", "batchTrigger:tasks", null],
  ])("of %s and %s is %s", (a, b, expected) => {
    expect(met(a, b)).toBe(expected);
    expect(met(b, a)).toBe(expected);
  });

  it("is the greatest lower bound", () => {
    fc.assert(
      fc.property(anyScope, anyScope, anyScope, (a, b, c) => {
        const lower = meet(a, b);
        expect(lower === null || (covers(a, lower) && covers(b, lower))).toBe(true);
        const below = covers(a, c) && covers(b, c);
        expect(below).toBe(lower !== null && covers(lower, c));
      }),
      { numRuns: 50_000 },
    );
  });
});

describe("meetAll", () => {
  it("of nothing is everything", () => {
    expect(all()).toEqual(["admin"]);
  });

  it("keeps the widest, once, in the first list's order", () => {
    expect(all(["read:tasks", "read:runs:x", "read:runs", "read:runs"])).toEqual(["read:tasks", "read:runs"]);
    expect(all(["write:errors", "read:all"], ["read:runs", "*:errors"])).toEqual([
      "write:errors",
      "read:runs",
      "read:errors",
    ]);
  });

  it("of an empty list is nothing", () => {
    expect(all(["admin"], [])).toEqual([]);
  });

  it("covers exactly what every list covers, with no scope to spare", () => {
    const lists = fc.array(fc.array(anyScope, { maxLength: 4 }), { maxLength: 4 });
    fc.assert(
      fc.property(lists, anyScope, (some, probe) => {
        const result = meetAll(some);
        const allowed = some.every((list) => list.some((parent) => covers(parent, probe)));
        expect(result.some((parent) => covers(parent, probe))).toBe(allowed);
        expect(result.some((a) => result.some((b) => a !== b && covers(a, b)))).toBe(false);
      }),
      { numRuns: 20_000 },
    );
  });
});
