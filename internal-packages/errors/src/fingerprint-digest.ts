import { hash } from "node:crypto";

/** Raised when the same error would hash differently; groups keep the version that they were made with. */
export const FINGERPRINT_VERSION = "1";

const DIGITS = 31;

/** What is hashed, as JSON, before and after the task's identifier. */
export interface DigestParts {
  before: string;
  after: string;
}

/** A fingerprint: the version and 124 bits of SHA-256. */
export const digestOf = ({ before, after }: DigestParts, taskIdentifier: string): string =>
  FINGERPRINT_VERSION + hash("sha256", before + JSON.stringify(taskIdentifier) + after, "hex").slice(0, DIGITS);

/** The same as an SQL expression, of SQL expressions. PostgreSQL writes a text as JSON as JavaScript does. */
export const fingerprintSql = ({ before, after }: DigestParts, taskIdentifier: string): string =>
  `('${FINGERPRINT_VERSION}' || left(encode(sha256(convert_to(
    ${before} || to_json(${taskIdentifier})::text || ${after}, 'UTF8')), 'hex'), ${DIGITS}))`;
