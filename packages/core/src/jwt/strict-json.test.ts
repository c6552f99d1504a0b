import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJsonObject } from "./strict-json.js";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("parseJsonObject", () => {
  it("reads what JSON.parse reads, for every object", () => {
    const value = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(value, fc.integer({ min: 0, max: 4 }), (object, indent) => {
        const text = JSON.stringify(object, null, indent);
        fc.pre(!text.includes("__proto__") && !text.includes(String.raw`\u0000`) && !/\\ud[89a-f]/.test(text));
        expect(parseJsonObject(bytes(text))).toEqual(JSON.parse(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ["a key given twice", '{"a":1,"a":1}'],
    ["a key given twice in two spellings", String.raw`{"a":1,"\u0061":2}`],
    ["a key given twice deep inside", '{"a":[{"b":{"c":1,"d":[],"c":2}}]}'],
    ["a key given twice after a nested object", '{"a":{"b":1},"a":2}'],
    ["__proto__ as a key", '{"__proto__":{"admin":true}}'],
    ["__proto__ as an escaped key", String.raw`{"\u005f_proto__":1}`],
    ["__proto__ deep inside", '{"a":[{"__proto__":1}]}'],
    ["a byte-order mark", '\uFEFF{"a":1}'],
    ["NUL in a string", String.raw`{"a":"x\u0000"}`],
    ["a lone surrogate", String.raw`{"a":"\ud800"}`],
    ["a list", "[]"],
    ["null", "null"],
    ["a string", '"a"'],
    ["nothing", ""],
    ["something after the object", '{"a":1} x'],
    ["a comment", '{"a":1/**/}'],
    ["a trailing comma", '{"a":1,}'],
  ])("refuses %s", (_, text) => {
    expect(parseJsonObject(bytes(text))).toBeNull();
  });

  it("refuses bytes that are not UTF-8", () => {
    expect(parseJsonObject(Uint8Array.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]))).toBeNull();
  });

  it.each([
    ["the same key in two objects", '{"a":{"x":1},"b":{"x":1}}'],
    ["a key as a value too", '{"a":"a","b":["a","a"]}'],
    ["quotes and brackets inside strings", String.raw`{"a":"\"},{\"a\":1","b":"\\"}`],
  ])("accepts %s", (_, text) => {
    expect(parseJsonObject(bytes(text))).toEqual(JSON.parse(text));
  });

  it("takes hostile nesting in linear time", () => {
    const depth = 12_000;
    const text = `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;
    const started = performance.now();
    parseJsonObject(bytes(text));
    expect(performance.now() - started).toBeLessThan(500);
  });
});
