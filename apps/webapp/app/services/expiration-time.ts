import { durationMs } from "./moment.js";
import { refuse } from "./refuse.server.js";

const MOST_SECONDS = 31_536_000;
const EPOCH_FROM = 1e9;

const bad = (message: string) => refuse("body.expirationTime", `Invalid request: body.expirationTime ${message}`);

function secondsFromNow(value: number | string, now: number): number {
  if (typeof value === "number") return value >= EPOCH_FROM ? value - now : value;
  const milliseconds = durationMs(value);
  if (milliseconds === null) {
    throw bad('must be a number of seconds, an epoch second, or a duration such as "1h"');
  }
  return milliseconds / 1000;
}

/**
 * When a token asked for now expires.
 * @param value an epoch second (>= 1e9), seconds from now (smaller), or a duration such as "1h"
 * @param now epoch seconds
 * @returns whole epoch seconds
 * @throws AppError 400 for the past, zero, more than a year, and nonsense
 */
export function expirationTime(value: number | string, now: number): number {
  const seconds = Math.floor(secondsFromNow(value, now));
  if (!Number.isFinite(seconds) || seconds < 1) throw bad("must lie in the future");
  if (seconds > MOST_SECONDS) throw bad(`must be at most ${MOST_SECONDS} seconds (365 days) from now`);
  return now + seconds;
}
