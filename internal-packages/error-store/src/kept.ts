import { DAY_MS } from "./arrivals.js";

/** How far back there are buckets, in milliseconds since the epoch: where partitions begin. */
export interface Kept {
  minutesSince: number;
  /** Hours and days. */
  since: number;
}

/** Days that minutes are kept; after them the hours have to do. */
const MINUTE_DAYS = 3;
/** 1970-01-05 was a Monday. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

const startOfDay = (at: number): number => Math.floor(at / DAY_MS) * DAY_MS;

const startOfWeek = (at: number): number =>
  Math.floor((at - FIRST_MONDAY_MS) / (7 * DAY_MS)) * 7 * DAY_MS + FIRST_MONDAY_MS;

/** What is kept at `now`: whole weeks, so that every piece of time is whole. */
export const keptAt = (now: number, retentionDays: number): Kept => ({
  minutesSince: startOfDay(now - Math.min(MINUTE_DAYS, retentionDays) * DAY_MS),
  since: startOfWeek(now - retentionDays * DAY_MS),
});
