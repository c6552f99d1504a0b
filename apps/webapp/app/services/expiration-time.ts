import { durationMs } from "./moment.js";

const MOST_SECONDS = 31_536_000;
const EPOCH_FROM = 1e9;

type ExpirationTime = { ok: true; at: number } | { ok: false; problem: string };

const bad = (problem: string): ExpirationTime => ({ ok: false, problem });

function secondsFromNow(value: number | string, now: number): number | null {
  if (typeof value === "number") return value >= EPOCH_FROM ? value - now : value;
  const milliseconds = durationMs(value);
  return milliseconds === null ? null : milliseconds / 1000;
}

/**
 * When a token asked for now expires, in whole epoch seconds; or what is wrong with it: the past, zero, more than a
 * year, or nonsense.
 * @param value an epoch second (>= 1e9), seconds from now (smaller), or a duration such as "1h"
 * @param now epoch seconds
 */
export function expirationTime(value: number | string, now: number): ExpirationTime {
  const asked = secondsFromNow(value, now);
  if (asked === null) return bad('must be a number of seconds, an epoch second, or a duration such as "1h"');
  const seconds = Math.floor(asked);
  if (!Number.isFinite(seconds) || seconds < 1) return bad("must lie in the future");
  if (seconds > MOST_SECONDS) return bad(`must be at most ${MOST_SECONDS} seconds (365 days) from now`);
  return { ok: true, at: now + seconds };
}
