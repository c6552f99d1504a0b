/** The units that occurrences are counted in, largest first. */
export const UNITS = ["day", "hour", "minute"] as const;
export type Unit = (typeof UNITS)[number];

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
export const UNIT_MS: Record<Unit, number> = { day: DAY_MS, hour: 3_600_000, minute: MINUTE_MS };

/** Buckets of minutes older than this are gone (docs/decisions/032). */
const MINUTES_KEPT_DAYS = 2;

/** A stretch of time from `from` until before `until`, in milliseconds, and what to count in it. */
export interface Stretch {
  by: Unit | "run";
  from: number;
  until: number;
}

export const floorTo = (unit: Unit, at: number): number => Math.floor(at / UNIT_MS[unit]) * UNIT_MS[unit];
const ceilTo = (unit: Unit, at: number): number => Math.ceil(at / UNIT_MS[unit]) * UNIT_MS[unit];

/**
 * Cuts a range into whole days, hours and minutes, and the bits of a minute at its ends, which only the runs
 * themselves can tell. So a count is exact to the millisecond, and of a long range takes few rows.
 */
export function stretchesOf({ from, to }: { from: number; to: number }, now: number): Stretch[] {
  const minutesSince = floorTo("day", now) - MINUTES_KEPT_DAYS * DAY_MS;
  const cut = (start: number, until: number, units: readonly Unit[]): Stretch[] => {
    if (start >= until) return [];
    const [unit, ...smaller] = units;
    if (unit === undefined || (unit === "minute" && start < minutesSince)) return [{ by: "run", from: start, until }];
    const [first, last] = [ceilTo(unit, start), floorTo(unit, until)];
    if (first >= last) return cut(start, until, smaller);
    return [{ by: unit, from: first, until: last }, ...cut(start, first, smaller), ...cut(last, until, smaller)];
  };
  return cut(from, to + 1, UNITS);
}

const SHORT_MS = 3 * UNIT_MS.hour;

/** What failed in so short a time is little beside what failed in its day, and may be few. */
export const isShortRange = ({ from, to }: { from: number; to: number }): boolean => to - from <= SHORT_MS;

/** The beginnings of the days (UTC) that a range touches, newest first. */
export function daysOf({ from, to }: { from: number; to: number }, most: number): number[] | null {
  const days: number[] = [];
  for (let day = floorTo("day", to); day >= floorTo("day", from); day -= DAY_MS) {
    if (days.length === most) return null;
    days.push(day);
  }
  return days;
}
