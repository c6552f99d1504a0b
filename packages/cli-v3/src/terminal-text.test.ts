import { expect, it } from "vitest";
import { jsonLine, oneLine, redact } from "./terminal-text.js";

it.each([
  ["\u001b[31mred\u001b[0m", "red"],
  ["a\u001b]0;title\u0007b", "ab"],
  ["a\r\nb\tc", "a b c"],
  ["a\u009b31mb", "ab"],
  ["a\u202eb", "a b"],
  ["日本語 é 👩‍👩‍👧", "日本語 é 👩‍👩‍👧"],
])("makes %j the harmless %j", (text, shown) => {
  expect(oneLine(text)).toBe(shown);
});

it("takes credentials out of a message, and nothing else", () => {
  expect(
    redact("bad tr_pat_123456789abc and tr_uat_eyJhbGciOi.eyJ-x_.sig, eyJhbGciOiJI.eyJzdWIi.c2ln; run_abc tr_x"),
  ).toBe("bad tr_pat_… and tr_uat_…, eyJ…; run_abc tr_x");
});

it("prints JSON without raw control characters, as the same value", () => {
  const value = { name: "a\u009b31m\u202e\u001b[0m" };
  expect(jsonLine(value)).not.toMatch(/[\p{Control}\u202e]/u);
  expect(JSON.parse(jsonLine(value))).toEqual(value);
});
