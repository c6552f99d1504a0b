import parseDuration from "parse-duration";
import { UsageError } from "./usage-error.js";

const DURATION = /^(?:\d{1,9}(?:\.\d{1,3})?[smhdw])+$/;
const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** Milliseconds from `now` until an `--until`: `90s`, `1h30m`, `7d`, or a time to come. Else {@link UsageError}. */
export function parseUntil(text: string, now: Date): number {
  const trimmed = text.trim();
  const milliseconds = DURATION.test(trimmed)
    ? Math.round(parseDuration(trimmed, "ms") ?? Number.NaN)
    : TIME.test(trimmed)
      ? Date.parse(trimmed) - now.getTime()
      : Number.NaN;
  if (milliseconds >= 1) return milliseconds;
  throw new UsageError(
    "--until takes a duration such as 30m, 1h30m or 7d, or a time to come such as 2030-01-31T09:00Z.",
  );
}
