import { expect, it } from "vitest";
import { parseTtl } from "./ttl.js";
import { UsageError } from "./usage-error.js";

it.each([
  ["3600", 3600],
  [" 60 ", 60],
  ["30m", 1800],
  ["1h30m", 5400],
  ["0.5h", 1800],
  ["7d", 604_800],
  ["2w", 1_209_600],
  ["31536000", 31_536_000],
  ["365d", 31_536_000],
])("reads %j as %d seconds", (text, seconds) => {
  expect(parseTtl(text)).toBe(seconds);
});

it.each([
  "",
  "0",
  "-5",
  "1.5",
  "0.1s",
  "366d",
  "31536001",
  "1e3",
  "soon",
  "1 hour",
  "1y",
  "m",
  "30M",
  "10m!",
  "Infinity",
])("refuses %j", (text) => {
  expect(() => parseTtl(text)).toThrow(UsageError);
});
