import { expect, it } from "vitest";
import { ago } from "./ago.js";

it.each([
  ["2026-11-22T10:00:00.000Z", "now"],
  ["2026-11-22T09:59:01.000Z", "now"],
  ["2026-11-22T09:59:00.000Z", "1 min"],
  ["2026-11-22T09:00:00.000Z", "1 h"],
  ["2026-11-21T10:00:01.000Z", "23 h"],
  ["2026-11-15T10:00:00.000Z", "7 d"],
  ["2026-11-22T10:00:05.000Z", "now"],
])("%s is %s", (at, expected) => {
  expect(ago(at, Date.parse("2026-11-22T10:00:00Z"))).toBe(expected);
});
