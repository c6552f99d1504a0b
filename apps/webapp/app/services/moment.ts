import parseDuration from "parse-duration";
import { invalidRequest } from "../api/invalid-request.js";

const UNIT = "(?:ms|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?|y|yrs?|years?)";
const PART = `\\d+(?:\\.\\d+)? *${UNIT}`;
/** Numbers each with a unit, spaces between them; what the parser makes of anything else is its guess. */
const DURATION = new RegExp(`^${PART}(?: *${PART})*$`, "i");
const ISO = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?$/;
/** Far enough for any plan, and within what PostgreSQL and `Date` hold. */
const MOST_MS = 100 * 365 * 86_400_000;

/**
 * Milliseconds of a duration such as `1h30m`; null for what is none.
 */
export function durationMs(text: string): number | null {
  if (text.length > 64 || !DURATION.test(text)) return null;
  const milliseconds = parseDuration(text);
  return milliseconds !== null && Number.isFinite(milliseconds) ? milliseconds : null;
}

/**
 * The moment that a duration from now, or an ISO 8601 time, means.
 * @param param where it stands in the request, for the refusal
 * @throws AppError 400
 */
export function momentFrom(text: string, now: Date, param: string): Date {
  const after = durationMs(text);
  const time = after === null ? (ISO.test(text) ? Date.parse(text) : Number.NaN) : now.getTime() + after;
  if (Number.isFinite(time) && Math.abs(time - now.getTime()) <= MOST_MS) return new Date(time);
  throw invalidRequest({ path: param, message: "must be a duration such as 1h30m, or an ISO 8601 time" });
}
