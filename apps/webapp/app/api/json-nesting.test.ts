import { expect, it } from "vitest";
import { isNestedTooDeep, MOST_JSON_NESTING } from "./json-nesting.js";

const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

it("takes as many levels as it says, and no more", () => {
  expect(isNestedTooDeep(nested(MOST_JSON_NESTING))).toBe(false);
  expect(isNestedTooDeep(nested(MOST_JSON_NESTING + 1))).toBe(true);
  expect(isNestedTooDeep(`${`{"a":`.repeat(MOST_JSON_NESTING + 1)}1${"}".repeat(MOST_JSON_NESTING + 1)}`)).toBe(true);
});

it("counts levels, not brackets", () => {
  expect(isNestedTooDeep(`[${"[],".repeat(5_000)}[]]`)).toBe(false);
  expect(isNestedTooDeep(JSON.stringify({ text: `${nested(5_000)}\\"${"[".repeat(5_000)}` }))).toBe(false);
});

it("knows where a string ends, whatever is escaped in it", () => {
  for (const content of ["", "\\", "\\\\", '"', '\\"', '"\\', '\\\\"\\"', "\n".repeat(9)]) {
    const json = JSON.stringify({ content, again: content });
    expect(isNestedTooDeep(`[${json},${nested(MOST_JSON_NESTING - 1)}]`)).toBe(false);
    expect(isNestedTooDeep(`[${json},${nested(MOST_JSON_NESTING)}]`)).toBe(true);
    expect(isNestedTooDeep(JSON.stringify([`${content}${nested(5_000)}`, content]))).toBe(false);
  }
});

it("ends on text that is no JSON", () => {
  for (const text of ["", '"', '"\\', "]]]]", '{"a', "\u0000["]) expect(isNestedTooDeep(text)).toBe(false);
});
