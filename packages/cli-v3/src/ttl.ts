import parseDuration from "parse-duration";
import { UsageError } from "./usage-error.js";

const LONGEST_SECONDS = 31_536_000;
const DURATION = /^(?:\d{1,9}(?:\.\d{1,3})?[smhdw])+$/;

/** Seconds of a `--ttl`: `3600`, `30m`, `1h30m`, `7d`. From one second to 365 days, else {@link UsageError}. */
export function parseTtl(text: string): number {
  const trimmed = text.trim();
  const seconds = /^\d{1,10}$/.test(trimmed)
    ? Number(trimmed)
    : DURATION.test(trimmed)
      ? (parseDuration(trimmed, "s") ?? Number.NaN)
      : Number.NaN;
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= LONGEST_SECONDS) return seconds;
  throw new UsageError("--ttl takes seconds or a duration such as 30m, 1h30m or 7d, from 1 second to 365 days.");
}
