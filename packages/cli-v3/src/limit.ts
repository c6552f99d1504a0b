import { UsageError } from "./usage-error.js";

export const LIMIT = ["--limit <number>", "how many at most, up to 100"] as const;

/** How many `--limit` asks for, as it was typed. */
export function parseLimit(text: string): string {
  if (/^(?:[1-9]\d?|100)$/.test(text)) return text;
  throw new UsageError("--limit takes a whole number from 1 to 100.");
}
