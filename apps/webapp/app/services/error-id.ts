import { notFound } from "../api/errors.js";

const ERROR_ID = /^error_([A-Za-z0-9_-]{1,58})$/;

/** The id of a group as the API names it. */
export const errorIdOf = (fingerprint: string): string => `error_${fingerprint}`;

/**
 * The fingerprint in an error's id.
 * @throws AppError 404 for what no id can be
 */
export function fingerprintOf(errorId: string | undefined): string {
  const fingerprint = ERROR_ID.exec(errorId ?? "")?.[1];
  if (fingerprint === undefined) throw notFound("Error");
  return fingerprint;
}

/** A time as the API tells it. */
export const isoOrNull = (at: Date | null): string | null => at?.toISOString() ?? null;
