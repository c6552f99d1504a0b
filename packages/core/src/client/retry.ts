import type { FetchLikeResponse } from "./fetch-like.js";

const MAX_RETRIES = 2;
const LONGEST_WAIT_MS = 5000;

/**
 * How long to wait before the same request is sent again, in milliseconds; null when it is not to be.
 * Only GETs are repeated, on 429 and 5xx, twice at most, and never when the server asks for a longer patience.
 */
export function retryDelay(
  method: string,
  response: FetchLikeResponse,
  retries: number,
  now = Date.now(),
): number | null {
  if (method !== "GET" || retries >= MAX_RETRIES) return null;
  if (response.status !== 429 && response.status < 500) return null;
  if (response.headers.get("x-should-retry") === "false") return null;
  const asked = askedDelay(response.headers.get("retry-after"), now);
  const delay = asked ?? 200 * 2 ** retries + Math.random() * 100;
  return delay <= LONGEST_WAIT_MS ? delay : null;
}

/** `Retry-After` of RFC 9110, 10.2.3: seconds or a date. */
function askedDelay(header: string | null, now: number): number | null {
  if (!header) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
