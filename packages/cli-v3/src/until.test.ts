import { expect, it } from "vitest";
import { parseUntil } from "./until.js";
import { UsageError } from "./usage-error.js";

const now = new Date("2026-11-22T10:00:00Z");

it.each([
  ["1h", 3_600_000],
  ["1h30m", 5_400_000],
  ["7d", 604_800_000],
  [" 90s ", 90_000],
  ["2026-11-22T10:00:01Z", 1_000],
  ["2026-11-22T12:00+01:00", 3_600_000],
  ["2026-11-23", 50_400_000],
])("%j is in %i ms", (text, expected) => {
  expect(parseUntil(text, now)).toBe(expected);
});

it.each(["", "0s", "-1h", "soon", "60", "1y", "2026-11-22T10:00:00Z", "2020-01-01", "1h and a bit", "2026-13-40"])(
  "%j is a wrong call",
  (text) => expect(() => parseUntil(text, now)).toThrow(UsageError),
);
