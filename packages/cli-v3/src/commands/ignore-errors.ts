import { changeErrors } from "../change-errors.js";
import type { EnvironmentOptions } from "../environment-session.js";
import { parseUntil } from "../until.js";
import { UsageError } from "../usage-error.js";

export interface IgnoreErrorsOptions extends EnvironmentOptions {
  until?: string;
  rate?: string;
  count?: string;
  reason?: string;
}

/** Ignores errors, until the first of the limits breaks. */
export function ignoreErrors(ids: string[], options: IgnoreErrorsOptions): Promise<void> {
  const { until, rate, count, reason } = options;
  const body = {
    ...(until === undefined ? {} : { duration: parseUntil(until, new Date()) }),
    ...(rate === undefined ? {} : { occurrenceRate: parseNumber("--rate", rate) }),
    ...(count === undefined ? {} : { totalOccurrences: parseNumber("--count", count) }),
    ...(reason === undefined ? {} : { reason }),
  };
  return changeErrors(
    ids,
    options,
    async ({ client }) =>
      (id) =>
        client.ignoreError(id, body),
  );
}

function parseNumber(option: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`${option} takes a whole number from 1 on.`);
}
