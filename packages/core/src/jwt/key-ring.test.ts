import { describe, expect, it } from "vitest";
import { createKeyRingEntry, findRingKey, formatKeyRing, KeyRingError, parseKeyRing } from "./key-ring.js";

const SECRET = "q3Jx0ZkW7mN-vT5yRb2LcH8sUe_dPfG4aKi9oXnMw1E";

function refusalOf(text: string): { code: string; message: string } {
  try {
    parseKeyRing(text);
    return { code: "none", message: "" };
  } catch (error) {
    if (error instanceof KeyRingError) return { code: error.code, message: error.message };
    throw error;
  }
}

describe("a key ring", () => {
  it("lists its keys newest first", () => {
    const second = createKeyRingEntry();
    const text = `new:${SECRET},${second}`;
    const ring = parseKeyRing(text);
    expect(ring.keys[0]).toEqual({ kid: "new", secret: SECRET });
    expect(ring.keys).toHaveLength(2);
    expect(formatKeyRing(ring)).toBe(text);
  });

  it("finds a key by its exact kid", () => {
    const ring = parseKeyRing(`one:${SECRET}`);
    expect(findRingKey(ring, "one")?.secret).toBe(SECRET);
    for (const kid of [undefined, "", "ONE", "two", "__proto__", "../one", "one' OR '1'='1"]) {
      expect(findRingKey(ring, kid)).toBeNull();
    }
  });

  it("reads every entry that it makes", () => {
    for (let count = 0; count < 1_000; count++) expect(refusalOf(createKeyRingEntry()).code).toBe("none");
  });

  it.each([
    ["", "empty"],
    [",", "empty"],
    [`one:${SECRET},`, "empty"],
    [SECRET, "format"],
    [`:${SECRET}`, "format"],
    [`o ne:${SECRET}`, "format"],
    [`one:${SECRET}=`, "format"],
    [`one:two:${SECRET}`, "format"],
    ["one:", "short"],
    [`one:${SECRET.slice(1)}`, "short"],
    [`one:${SECRET},one:${SECRET}`, "duplicate_kid"],
    [`one:${"a".repeat(43)}`, "example"],
    [`one:${"0123456789".repeat(5)}`, "example"],
    ["one:this-is-an-example-secret-of-enough-characters", "example"],
    ["one:please-CHANGE-ME-before-going-to-production-ok", "example"],
    ["one:abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ", "example"],
  ])("refuses %j as %s", (text, code) => {
    const refusal = refusalOf(text);
    expect(refusal.code).toBe(code);
    expect(refusal.message).not.toContain(SECRET.slice(1));
  });
});
