import { type DestinationStream, type Logger, pino } from "pino";
import { scrub } from "../app/api/scrub.js";
import { createBufferedOutput } from "./buffered-output.js";
import type { Config } from "./config.js";

export { scrub };

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
export function createAccessLog(level: Config["logLevel"]): Logger {
  const output = createBufferedOutput(1);
  process.once("exit", () => output.end());
  return pino({ level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, output);
}
