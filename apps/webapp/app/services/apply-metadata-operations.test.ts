import { describe, expect, it } from "vitest";
import { applyMetadataOperations } from "./apply-metadata-operations.js";

describe("applyMetadataOperations", () => {
  it("applies every kind of change, in order", () => {
    const before = { step: 1, log: ["a"], old: true };
    const after = applyMetadataOperations(before, [
      { type: "set", key: "$.progress.done", value: 3 },
      { type: "increment", key: "$.progress.done", value: 0.5 },
      { type: "increment", key: "step", value: -2 },
      { type: "append", key: "log", value: { b: 1 } },
      { type: "append", key: "fresh", value: 1 },
      { type: "remove", key: "log", value: "a" },
      { type: "delete", key: "old" },
    ]);
    expect(after).toEqual({ step: -1, log: [{ b: 1 }], progress: { done: 3.5 }, fresh: [1] });
    expect(before).toEqual({ step: 1, log: ["a"], old: true });
  });

  it("replaces all of it by an update", () => {
    expect(applyMetadataOperations({ a: 1 }, [{ type: "update", value: { b: 2 } }])).toEqual({ b: 2 });
  });

  it("leaves what is not there when taking away", () => {
    const operations = [
      { type: "delete", key: "$.a.b.c" } as const,
      { type: "remove", key: "a", value: 1 } as const,
      { type: "delete", key: "toString" } as const,
    ];
    expect(applyMetadataOperations({ a: 1 }, operations)).toEqual({ a: 1 });
  });

  it("takes no key for a special one", () => {
    const after = applyMetadataOperations({}, [
      { type: "set", key: "$.__proto__.polluted", value: true },
      { type: "set", key: "$.constructor.prototype", value: 1 },
      { type: "increment", key: "toString", value: 1 },
    ]);
    expect(JSON.stringify(after)).toBe('{"__proto__":{"polluted":true},"constructor":{"prototype":1},"toString":1}');
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});
