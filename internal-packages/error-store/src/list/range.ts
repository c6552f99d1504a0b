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
  /** Of a group that was not seen after the range: as much of its last unit as the range has is all of it. */
  untilOfEnded?: number;
  /** Only of a group that was seen after the range. */
  ofLasting?: boolean;
}

export const floorTo = (unit: Unit, at: number): number => Math.floor(at / UNIT_MS[unit]) * UNIT_MS[unit];
const ceilTo = (unit: Unit, at: number): number => Math.ceil(at / UNIT_MS[unit]) * UNIT_MS[unit];

const minutesSinceOf = (now: number): number => floorTo("day", now) - MINUTES_KEPT_DAYS * DAY_MS;

/**
 * Cuts a range into whole days, hours and minutes, and the bits of a minute at its ends, which only the runs
 * themselves can tell. So a count is exact to the millisecond, and of a long range takes few rows. The end of a range
 * is cut for groups alone that were seen after it: mostly it is now, and of the others the last unit has no more.
 */
export function stretchesOf({ from, to }: { from: number; to: number }, now: number): Stretch[] {
  const minutesSince = minutesSinceOf(now);
  const cut = (start: number, until: number, units: readonly Unit[] = UNITS): Stretch[] => {
    if (start >= until) return [];
    const [unit, ...smaller] = units;
    if (unit === undefined || (unit === "minute" && start < minutesSince)) return [{ by: "run", from: start, until }];
    const [first, last] = [ceilTo(unit, start), floorTo(unit, until)];
    if (first >= last) return cut(start, until, smaller);
    return [{ by: unit, from: first, until: last }, ...cut(start, first, smaller), ...cut(last, until, smaller)];
  };
  const kept = from < minutesSince ? UNITS.filter((unit) => unit !== "minute") : UNITS;
  const end = kept.find((unit) => floorTo(unit, to) > from);
  if (end === undefined) return cut(from, to + 1);
  const last = floorTo(end, to);
  const whole = cut(from, last);
  const before = whole.find(({ by, until }) => by === end && until === last);
  return [
    { by: end, from: before?.from ?? last, until: last, untilOfEnded: last + UNIT_MS[end] },
    ...whole.filter((stretch) => stretch !== before),
    ...cut(last, to + 1).map((stretch) => ({ ...stretch, ofLasting: true })),
  ];
}

const SHORT_MS = 3 * UNIT_MS.hour;

/** What failed in so short a time is little beside what failed in its day, and may be few. */
export const isShortRange = ({ from, to }: { from: number; to: number }): boolean => to - from <= SHORT_MS;

/** What tells about how often something failed in a range, in few rows. */
export function weighingUnitOf(range: { from: number; to: number }, now: number): Unit {
  if (!isShortRange(range)) return "day";
  return range.from < minutesSinceOf(now) ? "hour" : "minute";
}

/** The beginnings of the days (UTC) that a range touches, newest first. */
export function daysOf({ from, to }: { from: number; to: number }, most: number): number[] | null {
  const days: number[] = [];
  for (let day = floorTo("day", to); day >= floorTo("day", from); day -= DAY_MS) {
    if (days.length === most) return null;
    days.push(day);
  }
  return days;
}
