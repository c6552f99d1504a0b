import { type DestinationStream, type Logger, pino } from "pino";
import type { Config } from "./config.js";

/** What no log line may hold, whatever object or message it came in: credentials of every kind, URLs' passwords. */
const SECRET_TEXT = /\b(tr_(?:pat|uat|dev|stg|prod|preview)_|eyJ)[\w.-]{8,}/gi;
const URL_PASSWORD = /(\w+:\/\/[^\s:/@"]+):[^\s/@"]+@/g;
const SIGN_IN_LINK = /(\/(?:sign-in\/link|authorize)\/)[\w.~-]+/g;

/** Removes secrets from a text that is about to leave the process. */
export const scrub = (text: string): string =>
  text
    .replace(SECRET_TEXT, "$1[redacted]")
    .replace(URL_PASSWORD, "$1:[redacted]@")
    .replace(SIGN_IN_LINK, "$1[redacted]");

const REDACTED_KEYS = ["authorization", "cookie", "password", "secret", "token", "apiKey", "personalAccessToken"];

/** The one logger of a process: JSON lines on standard output. */
export function createLog(
  level: Config["logLevel"],
  destination: DestinationStream = pino.destination({ dest: 1, sync: true }),
): Logger {
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: REDACTED_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: "[redacted]" },
      hooks: { streamWrite: scrub },
    },
    destination,
  );
}

/**
 * The log of requests: a line each, of a fixed set of fields that hold no secret, written many at a time.
 * Apart from the other one because looking through every line for secrets costs as much as answering.
 */
export const createAccessLog = (level: Config["logLevel"]): Logger =>
  pino(
    { level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 100 }),
  );
