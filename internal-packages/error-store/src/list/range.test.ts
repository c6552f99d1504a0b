import * as fc from "fast-check";
import { expect, test } from "vitest";
import { daysOf, stretchesOf, UNIT_MS } from "./range.js";

const now = Date.parse("2026-11-22T12:34:56.789Z");
const instants = fc.integer({ min: now - 20 * UNIT_MS.day, max: now });

test.each([
  ["was not seen after it", false],
  ["was", true],
])("a range is cut without gaps and overlaps, at whole units, for a group that %s", (_, isLasting) => {
  fc.assert(
    fc.property(instants, instants, (one, other) => {
      const range = { from: Math.min(one, other), to: Math.max(one, other) };
      const cut = stretchesOf(range, now);
      const counted = cut
        .filter(({ ofLasting = false }) => isLasting || !ofLasting)
        .map((stretch) => (isLasting ? stretch : { ...stretch, until: stretch.untilOfEnded ?? stretch.until }))
        .filter(({ from, until }) => until > from)
        .toSorted((left, right) => left.from - right.from);
      let at = range.from;
      for (const { by, from, until } of counted) {
        expect(from).toBe(at);
        if (by !== "run") expect([from % UNIT_MS[by], until % UNIT_MS[by]]).toEqual([0, 0]);
        at = until;
      }
      const last = counted.at(-1);
      // The last unit of one that ended is whole, whatever of it the range has.
      if (isLasting || last?.by === "run") expect(at).toBe(range.to + 1);
      else expect(at).toBeGreaterThan(range.to);
      expect(last?.from).toBeLessThanOrEqual(range.to);
      expect(counted.length).toBeLessThanOrEqual(isLasting ? 7 : 4);
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
