import { performance } from "node:perf_hooks";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { fingerprintOf } from "../fingerprint.js";
import { readSkeleton, skeletonOf } from "./skeleton.js";

const MEGABYTE = 1_048_576;
const shapes = [
  "a",
  "1",
  "-",
  "_",
  "/",
  "\\",
  ".",
  ":",
  "=",
  "@",
  "*",
  " ",
  "\n",
  "\u0000",
  "\ud800",
  "é",
  "🙂",
  "(",
  "[",
  "{",
  '"',
  "'",
  "`",
  "“",
  "'a",
  " 'a",
  '"a',
  "\"'`",
  "a@",
  "a.b@",
  "://",
  "http://",
  "1:",
  "::1:",
  ":1",
  "a/",
  "/a.",
  "1-",
  "a1_",
  "A1_",
  "a-1-",
  "a.1.",
  "=(",
  "[:",
  "}, {",
  "[ {",
  "eyJ",
  "Aa1",
  "Jan ",
  "Sun, ",
  "1 s ",
  "0x",
  "a\n",
  "{1: 404\n",
  "a/1/",
  "a/1 must be ",
  "٣",
  "+1 (",
  "#ff",
  "1.pdf",
  "「",
  "\\a\\",
  "a: '",
  "received '",
  'token "',
  "1, ",
  "Aa ",
  "'Aa Aa ",
  "%41",
  "${{",
  "\n 12 | a",
  "\n-----^",
  "-€",
  "1 märz ",
  '*\\",',
  "1, a_b_(",
];

function milliseconds(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** Whether the double takes about twice as long; asked again when a busy machine says no. */
function growsLinearly(half: string, attempts = 4): boolean {
  const small = milliseconds(() => readSkeleton(half));
  const large = milliseconds(() => readSkeleton(`${half}${half}!`));
  // A quadratic pass takes minutes at this size; 30 ms is the noise of a short run.
  return large < 3.5 * small + 30 || (attempts > 1 && growsLinearly(half, attempts - 1));
}

test.each(shapes)("a megabyte of %j takes about twice the time of half of it", (shape) => {
  expect(growsLinearly(shape.repeat(Math.ceil(MEGABYTE / 2 / shape.length)))).toBe(true);
});

test("a value in a list before half a megabyte of one word takes no longer than the word", () => {
  expect(growsLinearly(`1, ${"kept_word_".repeat(MEGABYTE / 20)}( `)).toBe(true);
});

test("a fingerprint reads a bounded part of a megabyte, whichever field it is in", () => {
  const hostile = shapes.map((shape) => shape.repeat(Math.ceil(MEGABYTE / shape.length)));
  for (const text of hostile) {
    const { fingerprint, errorMessage, groupedBy, stackTrace } = fingerprintOf({
      environmentId: "env_1",
      taskIdentifier: "task",
      error: {
        type: "BUILT_IN_ERROR",
        name: text,
        message: text,
        stackTrace: `${text}\n    at ${text} (${text}:1:1)`,
        causes: Array.from({ length: 20 }, () => ({ name: text, message: text, stackTrace: text })),
        fingerprint: Array(100).fill(text),
      },
    });
    expect(fingerprint).toMatch(/^1[0-9a-f]{31}$/);
    expect(errorMessage.length + JSON.stringify(groupedBy).length + (stackTrace?.length ?? 0)).toBeLessThan(100_000);
  }
});

test("any text has a skeleton, no longer than itself, and without control characters but in what is kept", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      const skeleton = skeletonOf(text);
      expect(skeleton.length).toBeLessThanOrEqual(text.length + 1);
      expect(skeletonOf(text)).toBe(skeleton);
    }),
  );
});
