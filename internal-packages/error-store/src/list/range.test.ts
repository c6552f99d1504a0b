import * as fc from "fast-check";
import { expect, test } from "vitest";
import { daysOf, stretchesOf, UNIT_MS } from "./range.js";

const now = Date.parse("2026-11-22T12:34:56.789Z");
const instants = fc.integer({ min: now - 20 * UNIT_MS.day, max: now });

test("a range is cut without gaps and overlaps, at whole units", () => {
  fc.assert(
    fc.property(instants, instants, (one, other) => {
      const range = { from: Math.min(one, other), to: Math.max(one, other) };
      const cut = stretchesOf(range, now).toSorted((left, right) => left.from - right.from);
      let at = range.from;
      for (const { by, from, until } of cut) {
        expect(from).toBe(at);
        expect(until).toBeGreaterThan(from);
        if (by !== "run") expect([from % UNIT_MS[by], until % UNIT_MS[by]]).toEqual([0, 0]);
        at = until;
      }
      expect(at).toBe(range.to + 1);
      expect(cut.length).toBeLessThanOrEqual(7);
    }),
  );
});

test("minutes are counted by buckets while there are any, and by runs before", () => {
  const minute = (at: string) => ({ from: Date.parse(at), to: Date.parse(at) + UNIT_MS.minute - 1 });
  expect(stretchesOf(minute("2026-11-20T00:00:00Z"), now).map(({ by }) => by)).toEqual(["minute"]);
  expect(stretchesOf(minute("2026-11-19T23:59:00Z"), now).map(({ by }) => by)).toEqual(["run"]);
});

test("the days of a range are told newest first, or not at all when there are too many", () => {
  const range = { from: Date.parse("2026-11-20T23:59:59Z"), to: Date.parse("2026-11-22T00:00:00Z") };
  const days = ["2026-11-22", "2026-11-21", "2026-11-20"].map((day) => Date.parse(day));
  expect(daysOf(range, 3)).toEqual(days);
  expect(daysOf(range, 2)).toBeNull();
});
