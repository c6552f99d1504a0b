import { describe, expect, it } from "vitest";
import { durationMs, momentFrom } from "./moment.js";

describe("a duration", () => {
  it.each([
    ["1h", 3_600_000],
    ["90s", 90_000],
    ["1h30m", 5_400_000],
    ["1h 30m", 5_400_000],
    ["1.5 hours", 5_400_000],
    ["2 Days", 172_800_000],
    ["500ms", 500],
    ["1w", 604_800_000],
    ["0s", 0],
  ])("of %s is %d ms", (text, milliseconds) => {
    expect(durationMs(text)).toBe(milliseconds);
  });

  it.each([
    "",
    " ",
    "1",
    "h",
    "1x",
    "1hx",
    "0x10h",
    "1h\n",
    " 1h",
    "1h ",
    "-1h",
    "+1h",
    "1h;2h",
    "1e3s",
    "٣h",
    "1,5h",
    "1..5h",
    ".5h",
  ])("is not %j", (text) => {
    expect(durationMs(text)).toBeNull();
  });

  it("is read in linear time, however long", () => {
    const started = performance.now();
    for (const text of ["1h ".repeat(21), "1".repeat(64), `${"1s".repeat(31)}!`, "1 ".repeat(32)]) durationMs(text);
    expect(performance.now() - started).toBeLessThan(50);
  });
});

describe("a moment", () => {
  const now = new Date("2026-01-01T00:00:00Z");

  it("is a duration from now or an ISO time", () => {
    expect(momentFrom("1h", now, "x").toISOString()).toBe("2026-01-01T01:00:00.000Z");
    expect(momentFrom("2026-02-03T04:05:06Z", now, "x").toISOString()).toBe("2026-02-03T04:05:06.000Z");
  });

  it.each(["soon", "2026-13-01", "9999y", "1900-01-01", "2026-01-01 00:00", ""])("is not %j", (text) => {
    expect(() => momentFrom(text, now, "x")).toThrow(/must be a duration/);
  });
});
